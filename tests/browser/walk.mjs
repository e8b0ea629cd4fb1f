// One visit in a real Chromium on a real phone's network: node walk.mjs URL FOLDER ADDRESS,
// where ADDRESS is what the phone's resolver says of every name.
// Goes to URL as a visitor would, answers, presses the button, and goes to URL again.
// Prints a line of JSON for each page it saw; exit 1 with a line on stderr when it got stuck.
import { createRequire } from 'node:module';
import path from 'node:path';

const { chromium } = createRequire(import.meta.url)('playwright-core');
const [url, folder, address] = process.argv.slice(2);
const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
  `--host-resolver-rules=MAP * ${address}, EXCLUDE 10.*`];
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM || '/usr/bin/chromium', args });

async function look(page, step, complaints) {
  const seen = await page.evaluate(() => ({
    url: location.href,
    lang: document.documentElement.lang,
    heading: document.querySelector('h1')?.textContent.trim() ?? '',
    background: getComputedStyle(document.body).backgroundColor,
    button: document.querySelector('button')?.textContent.trim() ?? '',
    choices: document.querySelectorAll('input[name=choice]').length,
    text: document.body.innerText,
  }));
  await page.screenshot({ path: path.join(folder, `walk-${step}.png`) });
  console.log(JSON.stringify({ step, ...seen, complaints: complaints.splice(0) }));
  return seen;
}

try {
  const page = await browser.newPage({ viewport: { width: 320, height: 480 }, locale: 'vi-VN',
    hasTouch: true, isMobile: true, ignoreHTTPSErrors: true }); // the lab's authority is nobody's
  const complaints = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(url);
  for (let step = 1; step <= 6; step++) {
    const seen = await look(page, step, complaints);
    if (!seen.button)
      break;
    if (seen.choices)
      await page.locator('label:has(input[name=choice])').first().tap();
    await Promise.all([page.waitForNavigation(), page.locator('main button').tap()]);
  }
  await page.goto(url);
  await look(page, 'after', complaints);
} catch (problem) {
  console.error(String(problem).split('\n')[0]);
  process.exitCode = 1;
} finally {
  await browser.close();
}
