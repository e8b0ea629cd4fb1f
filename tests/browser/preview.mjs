// What the tests of pages stand on: the preview, a browser, and lines of results.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";

export const SIZE_MAX = 14 * 1024;
export const TARGET_MIN = 44;
export const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
export const SAFETY = {
	vi: "không bao giờ hỏi mật khẩu, OTP, số thẻ hay số căn cước",
	en: "never asks for passwords, OTPs, card or ID numbers",
};

export const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
export const shots = new URL("shots/", import.meta.url).pathname;

export const results = { passed: 0, failed: 0 };

export function ensure(condition, why) {
	if (!condition)
		throw new Error(why);
}

export async function check(name, test) {
	try {
		await test();
		results.passed++;
		console.log(`ok ${name}`);
	} catch (error) {
		results.failed++;
		console.log(`not ok ${name}: ${String(error.message ?? error).split("\n").join(" | ")}`);
	}
}

// Runs "congchao content preview"; its first line names the address.
async function startPreview(program, config) {
	const child = spawn(program, ["-c", config, "content", "preview"],
		{ stdio: ["ignore", "pipe", "inherit"] });
	const lines = createInterface({ input: child.stdout });
	const [line] = await Promise.race([once(lines, "line"), once(child, "close")]);
	const base = String(line).match(/http:\/\/127\.0\.0\.1:\d+/)?.[0];

	lines.on("line", () => {});
	if (!base)
		throw new Error(`no preview: ${line}`);
	return { base, child };
}

// Calls main({ base, browser }) with the preview and a browser, and ends both.
export async function run(main) {
	const [program, config] = process.argv.slice(2);

	if (!config) {
		console.error("usage: node FILE.mjs CONGCHAO CONFIG");
		process.exitCode = 2;
		return;
	}
	const { base, child } = await startPreview(program, config);
	try {
		const browser = await chromium.launch({
			executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
			args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
				"--disable-background-networking", "--disable-component-update",
				"--disable-sync"],
		});
		try {
			await main({ base, browser });
		} finally {
			await browser.close();
		}
	} finally {
		child.kill("SIGINT");
		await check("the preview ends with Ctrl-C", async () => {
			const [code] = child.exitCode === null ? await once(child, "close") : [child.exitCode];
			ensure(code === 0, `exit ${code}`);
		});
	}
	console.log(`# ${results.passed} passed, ${results.failed} failed`);
	process.exitCode = results.failed === 0 ? 0 : 1;
}
