// Preloaded: whoever wants the network or another program fails, and says so even if the failure is swallowed.
const childProcess = require('node:child_process');
const dns = require('node:dns');
const net = require('node:net');

function blocked(what) {
  return () => {
    process.exitCode = 86;
    throw new Error(`BLOCKED: ${what}`);
  };
}
net.Socket.prototype.connect = blocked('connect');
for (const name of ['lookup', 'resolve']) dns[name] = blocked(`dns.${name}`);
for (const name of ['spawn', 'spawnSync', 'exec', 'execSync', 'execFile', 'execFileSync', 'fork']) {
  childProcess[name] = blocked(`child_process.${name}`);
}
