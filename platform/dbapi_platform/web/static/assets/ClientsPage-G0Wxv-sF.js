import{j as t}from"./index-BPEIGp9S.js";import{P as e}from"./Page-lBpEHpid.js";function i(){return t.jsx(e,{title:"Clients & groups",children:"…"})}export{i as default};
