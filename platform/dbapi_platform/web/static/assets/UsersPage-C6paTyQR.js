import{j as r}from"./index-BPEIGp9S.js";import{P as e}from"./Page-lBpEHpid.js";function o(){return r.jsx(e,{title:"Users & roles",children:"…"})}export{o as default};
