import{j as e}from"./index-BPEIGp9S.js";import{P as r}from"./Page-lBpEHpid.js";function o(){return e.jsx(r,{title:"Access logs",children:"…"})}export{o as default};
