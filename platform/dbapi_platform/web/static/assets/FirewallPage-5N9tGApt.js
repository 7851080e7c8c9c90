import{j as r}from"./index-BPEIGp9S.js";import{P as e}from"./Page-lBpEHpid.js";function i(){return r.jsx(e,{title:"Firewall",children:"…"})}export{i as default};
