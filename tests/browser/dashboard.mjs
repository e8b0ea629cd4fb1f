// Looks at the dashboard with a real browser: axe-core, two widths, the keyboard, the
// Content-Security-Policy, with scripts and without; leaves screenshots in shots/.
//   node dashboard.mjs BASE ACCOUNT PASSWORD
import { mkdirSync } from "node:fs";
import { chromium } from "playwright-core";
import { RULES, axe, check, ensure, results, shots } from "./preview.mjs";

const [base, account, password] = process.argv.slice(2);
const WIDTHS = [1280, 390];
const PAGES = ["", "lessons", "learning", "places", "sites", "sites/cb-0002", "activity", "report", "help", "public"];
const NARROW = ["", "sites", "sites/cb-0002"]; // looked at by axe when narrow too
const PLAIN = ["", "lessons", "places"]; // without a script too: those with charts
const CHARTS = { "": 1, lessons: 1, places: 2 };

function nameOf(path) {
	return path.replace(/\W/g, "-") || "overview";
}

async function logIn(tab) {
	await tab.goto(`${base}/login`);
	await tab.fill("input[name=account]", account);
	await tab.fill("input[name=password]", password);
	await tab.click("button.main");
	await tab.waitForURL(`${base}/`);
}

async function checkAxe(tab) {
	await tab.evaluate(axe);
	const { violations, passes } = await tab.evaluate(
		(tags) => window.axe.run(document, { runOnly: { type: "tag", values: tags } }), RULES);
	ensure(passes.length > 10, "axe looked at nothing");
	ensure(violations.length === 0, violations.map((one) =>
		`${one.id} at ${one.nodes.map((node) => node.target).slice(0, 3).join(", ")}`).join("; "));
}

async function checkWidth(tab, width) {
	const wide = await tab.evaluate(() => document.documentElement.scrollWidth);
	ensure(wide <= width, `${wide} px wide at ${width} px`);
	const cut = await tab.evaluate((most) => [...document.querySelectorAll("h1, h2, h3, p, button, input, select, summary")]
		.filter((element) => element.getBoundingClientRect().right > most + 1 && !element.closest(".scroll, nav, .unseen, .skip"))
		.map((element) => element.textContent.trim().slice(0, 40)), width);
	ensure(cut.length === 0, `cut off: ${cut.join("; ")}`);
}

// What is drawn says what the table says; nothing is left out without a script.
async function checkTables(tab, plain) {
	const read = (page) => page.evaluate(() => [...document.querySelectorAll(".figure td, .figure tbody th")]
		.map((cell) => cell.textContent.trim()));
	const [one, other] = [await read(tab), await read(plain)];
	ensure(one.length === other.length && one.every((text, i) => text === other[i]), "another table without a script");
}

async function checkCharts(tab, path) {
	const wanted = CHARTS[path] ?? 0;
	const drawn = await tab.evaluate(() => [...document.querySelectorAll(".chart")].map((chart) =>
		[chart.querySelectorAll("svg path").length, chart.getAttribute("role"), (chart.getAttribute("aria-label") ?? "").length]));
	ensure(drawn.length === wanted, `${drawn.length} charts, expected ${wanted}`);
	for (const [paths, role, label] of drawn)
		ensure(paths > 3 && role === "img" && label > 20, `a chart of ${paths} paths, role ${role}, ${label} letters of description`);
}

async function visit(browser, width) {
	const context = await browser.newContext({ viewport: { width, height: 900 }, locale: "vi-VN", reducedMotion: "reduce" });
	const without = await browser.newContext({ viewport: { width, height: 900 }, locale: "vi-VN", javaScriptEnabled: false });
	const tab = await context.newPage(), plain = await without.newPage();
	const complaints = [];

	tab.on("console", (message) => complaints.push(message.text()));
	tab.on("pageerror", (error) => complaints.push(error.message));
	tab.on("request", (request) => {
		if (!request.url().startsWith(base) && !request.url().startsWith("data:"))
			complaints.push(`asks for ${request.url()}`);
	});
	await check(`login at ${width} px`, async () => {
		await tab.goto(`${base}/login`);
		await checkAxe(tab);
		await checkWidth(tab, width);
		await tab.screenshot({ path: `${shots}dashboard-login-${width}.png`, fullPage: true });
		await logIn(tab);
		await logIn(plain);
	});
	for (const path of PAGES)
		await check(`${nameOf(path)} at ${width} px`, async () => {
			await tab.goto(`${base}/${path}`);
			await checkCharts(tab, path);
			await checkWidth(tab, width);
			// What axe sees is the same at both widths but for what only one of them has.
			if (width === WIDTHS[0] || NARROW.includes(path))
				await checkAxe(tab);
			await tab.screenshot({ path: `${shots}dashboard-${nameOf(path)}-${width}.png`, fullPage: true });
			ensure(complaints.length === 0, complaints.splice(0).join("; "));
			if (!PLAIN.includes(path))
				return;
			await plain.goto(`${base}/${path}`);
			await checkTables(tab, plain);
			await checkWidth(plain, width);
			await plain.screenshot({ path: `${shots}dashboard-${nameOf(path)}-${width}-plain.png`, fullPage: true });
		});
	await context.close();
	await without.close();
}

async function press(tab, key, until, most = 60) {
	for (let n = 0; n < most; n++) {
		if (await tab.evaluate(until))
			return;
		await tab.keyboard.press(key);
	}
	throw new Error(`the keyboard does not reach ${until}`);
}

async function checkFocus(tab) {
	const width = await tab.evaluate(() => {
		const style = getComputedStyle(document.activeElement);
		return style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth);
	});
	ensure(width >= 2, "the focus cannot be seen");
}

// Someone without a mouse: logs in, skips to the content, sorts, decides, logs out.
async function keyboard(browser) {
	const tab = await browser.newPage({ viewport: { width: 1280, height: 900 } });

	await tab.goto(`${base}/login`);
	await press(tab, "Tab", () => document.activeElement.name === "account");
	await tab.keyboard.type(account);
	await tab.keyboard.press("Tab");
	await tab.keyboard.type(password);
	await tab.keyboard.press("Enter");
	await tab.waitForURL(`${base}/`);
	await tab.keyboard.press("Tab");
	ensure(await tab.evaluate(() => document.activeElement.className === "skip"), "no way past the navigation");
	await checkFocus(tab);
	await tab.goto(`${base}/places`);
	await press(tab, "Tab", () => document.activeElement.closest("th[data-name=shown]") !== null);
	await checkFocus(tab);
	await tab.keyboard.press("Enter");
	const sorted = await tab.evaluate(() => [...document.querySelectorAll("#t-areas tbody tr")].map((row) => Number(row.cells[2].dataset.raw)));
	ensure(sorted.length > 3 && sorted.every((n, i) => i === 0 || sorted[i - 1] <= n), `sorted as ${sorted}`);
	ensure(await tab.evaluate(() => document.querySelector("th[aria-sort=ascending]") !== null), "the order is not said");
	await tab.goto(`${base}/sites`);
	await press(tab, "Tab", () => document.activeElement.tagName === "SUMMARY");
	await checkFocus(tab);
	await tab.keyboard.press("Enter");
	await press(tab, "Tab", () => document.activeElement.name === "site");
	await press(tab, "Tab", () => document.activeElement.textContent === "Đăng xuất" || document.activeElement.matches(".who button"), 200);
	await tab.keyboard.press("Enter");
	await tab.waitForURL(`${base}/login`);
	await tab.close();
}

mkdirSync(shots, { recursive: true });
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
try {
	for (const width of WIDTHS)
		await visit(browser, width);
	await check("by the keyboard alone", () => keyboard(browser));
} finally {
	await browser.close();
}
console.log(`${results.passed} passed, ${results.failed} failed`);
process.exitCode = results.failed ? 1 : 0;
