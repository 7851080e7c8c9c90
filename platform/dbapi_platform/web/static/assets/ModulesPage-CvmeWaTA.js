import{j as e}from"./index-BPEIGp9S.js";import{P as o}from"./Page-lBpEHpid.js";function s(){return e.jsx(o,{title:"Modules & macros",children:"…"})}export{s as default};
