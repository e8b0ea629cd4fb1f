/*
 * The same as a spreadsheet, by libxlsxwriter: numbers are numbers, shares are percentages,
 * days are days. The library writes its parts into files; they are in the folder temp, gone
 * when this returns, and never larger than TABLE_XLSX_ROWS_MAX rows make them.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include "collect/table.h"
#include "common/log.h"

enum { WIDTH_MIN = 10, WIDTH_MAX = 48, PATH_SIZE = 320 };

struct book {
	const struct table *table;
	enum words_language language;
	lxw_workbook *workbook;
	lxw_worksheet *sheet;
	lxw_format *head, *formats[FIGURE_KIND__MAX];
};

/* How each kind is shown; those not here are texts. */
static const char *const looks[FIGURE_KIND__MAX] = {
    [FIGURE_COUNT] = "#,##0",	 [FIGURE_SHARE] = "0.0%",    [FIGURE_POINTS] = "+0.0%;-0.0%;0.0%",
    [FIGURE_LOW] = "0.0%",	 [FIGURE_HIGH] = "0.0%",     [FIGURE_MEAN7] = "#,##0.0",
    [FIGURE_DAY] = "yyyy-mm-dd", [FIGURE_MONTH] = "yyyy-mm", [FIGURE_TIME] = "yyyy-mm-dd hh:mm",
};

static void add_formats(struct book *book)
{
	book->head = workbook_add_format(book->workbook);
	format_set_bold(book->head);
	format_set_text_wrap(book->head);
	format_set_align(book->head, LXW_ALIGN_VERTICAL_TOP);
	format_set_bottom(book->head, LXW_BORDER_THIN);
	for (size_t i = 0; i < FIGURE_KIND__MAX; i++) {
		if (looks[i] == NULL)
			continue;
		book->formats[i] = workbook_add_format(book->workbook);
		format_set_num_format(book->formats[i], looks[i]);
	}
}

static bool write_date(struct book *book, lxw_row_t row, lxw_col_t column, const char *text,
		       lxw_format *format)
{
	lxw_datetime when = {0};

	if (sscanf(text, "%4d-%2d-%2d %2d:%2d", &when.year, &when.month, &when.day, &when.hour,
		   &when.min) < 3)
		return false;
	return worksheet_write_datetime(book->sheet, row, column, &when, format) == LXW_NO_ERROR;
}

static double scale(enum figure_kind kind)
{
	return kind == FIGURE_COUNT ? 1 : kind == FIGURE_MEAN7 ? 7 : 10000;
}

/* The text of a cell: never a formula, whatever it begins with. */
static void write_text(struct book *book, lxw_row_t row, lxw_col_t column, const char *text)
{
	worksheet_write_string(book->sheet, row, column, text, NULL);
}

static void write_cell(struct book *book, int row, size_t i)
{
	const struct figure_column *column = &book->table->figure->columns[i];
	const char *text = table_text(book->table, row, i);
	lxw_format *format = book->formats[column->kind];
	lxw_row_t at = (lxw_row_t)row + 1;

	if (text == NULL || text[0] == '\0')
		return;
	switch (column->kind) {
	case FIGURE_DAY:
	case FIGURE_MONTH:
	case FIGURE_TIME:
		if (!write_date(book, at, (lxw_col_t)i, text, format))
			write_text(book, at, (lxw_col_t)i, text);
		break;
	case FIGURE_WORD:
		write_text(book, at, (lxw_col_t)i, words_of(book->language, column->stem, text));
		break;
	case FIGURE_BOOL:
		worksheet_write_boolean(book->sheet, at, (lxw_col_t)i, text[0] == 't', NULL);
		break;
	default:
		if (format == NULL)
			write_text(book, at, (lxw_col_t)i, text);
		else
			worksheet_write_number(book->sheet, at, (lxw_col_t)i,
					       (double)table_number(book->table, row, i) /
						   scale(column->kind),
					       format);
	}
}

/* What heads a column; both ends of an interval are told apart. */
static void write_head(struct book *book, size_t i)
{
	const struct figure_column *column = &book->table->figure->columns[i];
	const char *label = table_label(book->language, column);
	bool text = looks[column->kind] == NULL;
	char both[160];

	if (column->kind == FIGURE_LOW || column->kind == FIGURE_HIGH) {
		snprintf(both, sizeof(both), "%s: %s", words_get(book->language, "col_interval"),
			 words_get(book->language, column->kind == FIGURE_LOW ? "low" : "high"));
		label = both;
	}
	worksheet_write_string(book->sheet, 0, (lxw_col_t)i, label, book->head);
	worksheet_set_column(book->sheet, (lxw_col_t)i, (lxw_col_t)i, text ? 24 : 14, NULL);
}

static void fill(struct book *book)
{
	size_t columns = figure_columns(book->table->figure);
	int rows = table_rows(book->table);

	for (size_t i = 0; i < columns; i++)
		write_head(book, i);
	for (int row = 0; row < rows; row++)
		for (size_t i = 0; i < columns; i++)
			write_cell(book, row, i);
	worksheet_freeze_panes(book->sheet, 1, 0);
	worksheet_autofilter(book->sheet, 0, 0, (lxw_row_t)rows, (lxw_col_t)(columns - 1));
}

static char *read_all(const char *path, size_t *size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat about;
	char *bytes = NULL;
	ssize_t got = -1;

	if (fd < 0)
		return NULL;
	if (fstat(fd, &about) == 0 && about.st_size > 0)
		bytes = malloc((size_t)about.st_size);
	if (bytes != NULL)
		got = read(fd, bytes, (size_t)about.st_size);
	close(fd);
	if (bytes != NULL && got != about.st_size) {
		free(bytes);
		return NULL;
	}
	*size = bytes != NULL ? (size_t)about.st_size : 0;
	return bytes;
}

/* Excel's limits: 31 characters, and none of []:*?/\ */
static const char *sheet_name(const struct figure *figure)
{
	return figure->name;
}

char *table_xlsx(const struct table *table, enum words_language language, const char *temp,
		 size_t *size)
{
	struct book book = {.table = table, .language = language};
	char path[PATH_SIZE], folder[PATH_SIZE];
	lxw_workbook_options options = {.constant_memory = LXW_FALSE, .tmpdir = folder};
	char *bytes = NULL;
	lxw_error error;

	snprintf(folder, sizeof(folder), "%s", temp);
	snprintf(path, sizeof(path), "%s/%ld.xlsx", temp, (long)getpid());
	book.workbook = workbook_new_opt(path, &options);
	if (book.workbook == NULL)
		return NULL;
	book.sheet = workbook_add_worksheet(book.workbook, sheet_name(table->figure));
	if (book.sheet == NULL) {
		lxw_workbook_free(book.workbook);
		return NULL;
	}
	add_formats(&book);
	fill(&book);
	error = workbook_close(book.workbook);
	if (error == LXW_NO_ERROR)
		bytes = read_all(path, size);
	else
		log_warnx("spreadsheet in %s: %s", temp, lxw_strerror(error));
	unlink(path);
	return bytes;
}
