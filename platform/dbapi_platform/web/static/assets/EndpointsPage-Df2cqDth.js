import{j as t}from"./index-BPEIGp9S.js";import{P as n}from"./Page-lBpEHpid.js";function e(){return t.jsx(n,{title:"Endpoints",children:"…"})}export{e as default};
