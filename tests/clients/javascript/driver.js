// Calls methods through Slack's packages for Node: an order a line on stdin, what the caller saw a line on stdout.
// It runs in a folder with node_modules, and knows nothing of this project.
'use strict';

const readline = require('node:readline');
const { createRequire } = require('node:module');
const path = require('node:path');

const load = createRequire(path.join(process.cwd(), 'package.json'));
// A package is loaded only where it is used: each one adds its name to the User-Agent of all.

const COMMAND = '/call';
let logged = [];

const logger = {
  debug() {},
  info() {},
  warn: (...words) => logged.push(words.join(' ')),
  error: (...words) => logged.push(words.join(' ')),
  setLevel() {},
  getLevel: () => 'info',
  setName() {},
};

function options(order) {
  return {
    slackApiUrl: order.url,
    logger,
    ...(order.timeout_s ? { timeout: order.timeout_s * 1000 } : {}),
    ...(order.retries !== undefined ? { retryConfig: { retries: order.retries } } : {}),
  };
}

// As an app does: by the helper, if the client has one.
function called(client, order) {
  if (order.method === 'oauth.access') {
    const { client_id, client_secret } = order;
    return client.oauth.access({ client_id, client_secret, ...order.arguments });
  }
  return client.apps?.permissions
    ? client.apps.permissions.request(order.arguments)
    : client.apiCall(order.method, order.arguments);
}

async function seen(call) {
  try {
    const answer = await call();
    return { returned: 'object', ...ofData(answer) };
  } catch (error) {
    return ofError(error);
  }
}

function ofData(data) {
  return {
    fields: Object.keys(data).sort(),
    error: data.error ?? null,
    warning: data.response_metadata?.warnings?.join(', ') ?? null,
  };
}

function ofError(error) {
  return {
    raised: error.name,
    code: error.code ?? null,
    ...(error.data ? ofData(error.data) : {}),
    status: error.statusCode ?? null,
    retry_after: error.retryAfter ?? null,
    cause: error.original?.cause?.code ?? error.original?.code ?? null,
  };
}

function plain({ WebClient }, order) {
  return seen(() => called(new WebClient(order.token, options(order)), order));
}

const CLIENTS = {
  'web-api': (order) => plain(load('@slack/web-api'), order),

  'slack-client-4': (order) => plain(load('@slack/client'), order),

  // The app is sent a slash command, and its listener calls by the `client` that it is given.
  async 'bolt-js'(order) {
    const { App } = load('@slack/bolt');
    let found;
    const receiver = { init() {}, start: async () => {}, stop: async () => {} };
    const app = new App({
      token: order.token, receiver, logger, clientOptions: options(order), deferInitialization: true,
    });
    await app.init();
    await app.start();
    app.command(COMMAND, async ({ ack, client }) => {
      await ack();
      found = await seen(() => called(client, order));
    });
    const body = { command: COMMAND, team_id: order.team_id, user_id: order.user_id, channel_id: 'C0FAKE', text: '' };
    await app.processEvent({ body, ack: async () => {} });
    return found;
  },

  // A browser comes back from the page that asks the user.
  async 'slack-oauth'(order) {
    const { InstallProvider } = load('@slack/oauth');
    let found;
    const provider = new InstallProvider({
      clientId: order.client_id,
      clientSecret: order.client_secret,
      authVersion: 'v1',
      stateVerification: false,
      logger,
      clientOptions: options(order),
      installationStore: { storeInstallation: async () => {} },
    });
    const { code, redirect_uri: redirectUri } = order.arguments;
    const request = { url: `/slack/oauth_redirect?code=${encodeURIComponent(code)}`, headers: {} };
    const callbacks = {
      success: (installation) => { found = { returned: 'Installation', fields: Object.keys(installation).sort() }; },
      failure: (error) => { found = ofError(error); },
    };
    await provider.handleCallback(request, { setHeader() {} }, callbacks, { scopes: [], redirectUri });
    return found;
  },
};

(async () => {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const order = JSON.parse(line);
    logged = [];
    let found;
    try {
      found = await CLIENTS[order.client](order);
    } catch (error) {
      found = { failed: String(error.stack ?? error) };
    }
    process.stdout.write(`${JSON.stringify({ ...found, logged })}\n`);
  }
})();
