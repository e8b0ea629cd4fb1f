/*
 * How answers look: tables for people, JSON for programs, CSV for spreadsheets. What is
 * printed may have come through portal, which strangers talk to, so nothing of it
 * reaches the operator's terminal or spreadsheet unescaped.
 */
#ifndef CTL_OUT_H
#define CTL_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { OUT_DURATION_SIZE = 32, OUT_SHARE_SIZE = 32, OUT_COLUMNS_MAX = 16 };

/* "text" as a JSON string (RFC 8259); bytes that are no UTF-8 become U+FFFD. */
void out_json_text(FILE *out, const char *text);

/* text as a CSV field (RFC 4180); what a spreadsheet would run as a formula gets a "'". */
void out_csv_field(FILE *out, const char *text);

/* "42 s", "12 min", "11 h 58 min", "3 d 4 h"; returns buffer. */
const char *out_duration(int64_t seconds, char buffer[OUT_DURATION_SIZE]);

/* A share of 1 in hundredths: with 2 decimals 0.4126 is "41.26"; returns buffer. */
const char *out_share(double share, int decimals, char buffer[OUT_SHARE_SIZE]);

/* text without what a terminal might take for a command; cut to size. Returns buffer. */
const char *out_plain(const char *text, char *buffer, size_t size);

/* Cells row by row, the first row the headings. Begin with {.columns = N}. */
struct out_table {
	size_t columns; /* at most OUT_COLUMNS_MAX */
	size_t numbers; /* so many of the last columns stand to the right */
	char **cells;
	size_t count, size;
};

/* Copies text; ends the program when there is no memory. */
void out_table_add(struct out_table *table, const char *text);
void out_table_add_number(struct out_table *table, int64_t number);
/* Shares of 1 in hundredths: "41.3", "38.0 to 44.7"; "-" when it is not known. */
void out_table_add_share(struct out_table *table, bool known, double share);
void out_table_add_span(struct out_table *table, bool known, double low, double high);
void out_table_print(const struct out_table *table, FILE *out);
void out_table_free(struct out_table *table);

#endif
