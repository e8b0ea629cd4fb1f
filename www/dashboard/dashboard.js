// Sorts a table by the column whose heading is pressed. Without it the tables are as they are.
"use strict";

function rawOf(row, column) {
	const cell = row.cells[column];
	const raw = cell.dataset.raw ?? cell.textContent;

	return raw !== "" && !Number.isNaN(Number(raw)) ? Number(raw) : raw;
}

function compare(a, b) {
	if (a === "" || b === "")
		return a === "" ? (b === "" ? 0 : 1) : -1;
	if (typeof a === "number" && typeof b === "number")
		return a - b;
	return String(a).localeCompare(String(b), document.documentElement.lang);
}

function sort(table, column, heading) {
	const up = heading.getAttribute("aria-sort") !== "ascending";
	const body = table.tBodies[0];
	const rows = [...body.rows].sort((a, b) => {
		const one = rawOf(a, column), other = rawOf(b, column);

		// What is not known stays at the end in both directions.
		return one === "" || other === "" || up ? compare(one, other) : compare(other, one);
	});

	for (const other of table.tHead.rows[0].cells)
		other.removeAttribute("aria-sort");
	heading.setAttribute("aria-sort", up ? "ascending" : "descending");
	body.append(...rows);
}

for (const table of document.querySelectorAll(".figure table:not(.heat)")) {
	[...table.tHead.rows[0].cells].forEach((heading, column) => {
		const button = document.createElement("button");

		button.type = "button";
		button.append(...heading.childNodes);
		heading.append(button);
		button.addEventListener("click", () => sort(table, column, heading));
	});
}
