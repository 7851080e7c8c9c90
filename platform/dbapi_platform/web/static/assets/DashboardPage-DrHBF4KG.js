import{j as r}from"./index-BPEIGp9S.js";import{P as a}from"./Page-lBpEHpid.js";function e(){return r.jsx(a,{title:"Dashboard",children:"…"})}export{e as default};
