import{j as t}from"./index-BPEIGp9S.js";import{P as r}from"./Page-lBpEHpid.js";function o(){return t.jsx(r,{title:"Audit",children:"…"})}export{o as default};
