import{j as t}from"./index-BPEIGp9S.js";import{P as n}from"./Page-lBpEHpid.js";function r(){return t.jsx(n,{title:"Connections",children:"…"})}export{r as default};
