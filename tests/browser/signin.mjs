// A visitor who opens an HTTPS page at the gate, in a Chromium with its own settings:
// node signin.mjs URL PROFILE SPKI SHOTS. PROFILE: an empty folder; SPKI: base64 of the SHA-256 of
// the one key that is trusted as it is. Nothing here opens the sign-in tab or loads the page
// again: Chromium must do both. Prints a line of JSON for each thing that happened; exit 1 with a
// line on stderr when one did not.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const { chromium } = createRequire(import.meta.url)('playwright-core');
const [url, profile, spki, shots] = process.argv.slice(2);
const patience = 60_000; // Chromium asks again 20 s after it has seen a portal

// Not by playwright's launch(): that switches off what makes a browser look for portals.
const child = spawn(process.env.CHROMIUM || '/usr/bin/chromium', ['--headless=new', '--no-sandbox',
  '--disable-gpu', '--no-first-run', '--remote-debugging-port=0', `--user-data-dir=${profile}`,
  `--ignore-certificate-errors-spki-list=${spki}`, 'about:blank'],
{ stdio: 'ignore', env: { ...process.env, HOME: profile } });

async function until(what, check) {
  for (const end = Date.now() + patience; Date.now() < end;) {
    const found = await check();
    if (found)
      return found;
    await new Promise((wake) => setTimeout(wake, 20));
  }
  throw new Error(`waited ${patience / 1000} s in vain for ${what}`);
}

let begun = Date.now();
function tell(what, more) {
  console.log(JSON.stringify({ what, seconds: (Date.now() - begun) / 1000, ...more }));
  begun = Date.now();
}

async function learn(page) {
  for (let forms = 0; forms < 6; forms++) {
    const button = page.locator('main button').first();
    const choice = page.locator('label:has(input[name=choice])').first();
    if (!await button.count())
      return forms;
    if (await choice.count())
      await choice.click();
    await Promise.all([page.waitForNavigation(), button.click()]);
  }
  throw new Error('the visit has no end');
}

try {
  const port = `${profile}/DevToolsActivePort`;
  await until('Chromium to listen', () => existsSync(port) && readFileSync(port, 'utf8').includes('/'));
  const browser = await chromium.connectOverCDP(
    `http://127.0.0.1:${readFileSync(port, 'utf8').split('\n')[0]}`);
  const context = browser.contexts()[0];
  const page = context.pages()[0];
  begun = Date.now();
  const error = await page.goto(url).then(() => '', (problem) => String(problem));
  tell('broken', { error: /net::(\w+)/.exec(error)?.[1] ?? error });

  const signin = await until('the sign-in tab', () => context.pages().find((one) => one !== page));
  await signin.waitForSelector('main button');
  tell('opened', { url: signin.url(), lang: await signin.evaluate('document.documentElement.lang') });
  await signin.screenshot({ path: path.join(shots, 'signin.png') });

  const forms = await learn(signin);
  tell('online', { url: signin.url(), forms });

  await until('the page to be loaded again', async () =>
    page.url() === url && await page.title().catch(() => ''));
  tell('reloaded', { url: page.url(), title: await page.title() });
} catch (problem) {
  console.error(String(problem).split('\n')[0]);
  process.exitCode = 1;
} finally {
  child.kill();
}
// The connection to a browser that is gone would keep node alive.
process.exit();
