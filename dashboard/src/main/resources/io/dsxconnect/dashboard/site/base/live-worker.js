// A shared worker: one stream for all tabs of this browser.

import { openLiveSource } from './live-source.js';

const tabs = new Set();
let connection = null; // the last of each kind, for a tab that opens later
let status = null;
let hello = null;

const source = openLiveSource((message) => {
  if (message.type === 'connection') connection = message;
  if (message.type === 'status') status = message;
  if (message.type === 'hello') hello = message;
  for (const tab of tabs) tab.postMessage(message);
});

self.onconnect = (event) => {
  const tab = event.ports[0];
  const join = () => {
    tabs.add(tab);
    for (const message of [hello, connection, status]) if (message) tab.postMessage(message);
  };
  tab.onmessage = ({ data }) => {
    if (data === 'retry') source.retry();
    if (data === 'bye') tabs.delete(tab);
    if (data === 'hi') join();
  };
  join();
};
