/*
 * congchao visitors: who is held, learning, acknowledged (from portal) and released (from
 * the database). MAC addresses are shown because release and revoke need them; they go
 * to the operator's terminal and nowhere else.
 */
#include "ctl/command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/log.h"
#include "ctl/control.h"
#include "ctl/db.h"
#include "ctl/visitors.h"
#include "ctl/out.h"

static int compare(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct ether));
}

bool visitors_parse(const char *value, struct visitor *visitor)
{
	char mac[ETHER_TEXT_SIZE];
	static const char *const states[] = {"held", "learning", "acknowledged"};
	bool known = false;
	int end = -1;

	if (sscanf(value, "%15s %17s %32s %9ld%n", visitor->state, mac, visitor->zone,
		   &visitor->seconds, &end) != 4)
		return false;
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		known = known || strcmp(states[i], visitor->state) == 0;
	return known && end >= 0 && value[end] == '\0' && visitor->seconds >= 0 &&
	       ether_parse(mac, &visitor->mac);
}

static void list_add(struct visitor_list *list, const struct visitor *visitor)
{
	char mac[ETHER_TEXT_SIZE], duration[OUT_DURATION_SIZE], text[OUT_DURATION_SIZE + 8];
	bool released = strcmp(visitor->state, "released") == 0;

	ether_text(&visitor->mac, mac);
	if (list->json) {
		printf("%s\n  {\"mac\": \"%s\", \"state\": ", list->count++ > 0 ? "," : "", mac);
		out_json_text(stdout, visitor->state);
		printf(", \"zone\": ");
		out_json_text(stdout, visitor->zone);
		printf(", \"%s\": %ld}", released ? "seconds_left" : "seconds_ago",
		       visitor->seconds);
		return;
	}
	snprintf(text, sizeof(text), "%s %s", out_duration(visitor->seconds, duration),
		 released ? "left" : "ago");
	out_table_add(&list->table, mac);
	out_table_add(&list->table, visitor->state);
	out_table_add(&list->table, visitor->zone);
	out_table_add(&list->table, text);
	list->count++;
}

static void add_visits(struct visitor_list *list, char *answer)
{
	struct visitor visitor;
	char *key, *value;

	while (control_next(&answer, &key, &value)) {
		if (strcmp(key, "visit") != 0 || !visitors_parse(value, &visitor))
			continue;
		list_add(list, &visitor);
		list->seen = reallocarray(list->seen, list->seen_count + 1, sizeof(*list->seen));
		if (list->seen == NULL)
			fatal("no memory for the answer");
		list->seen[list->seen_count++] = visitor.mac;
	}
	if (list->seen_count > 0)
		qsort(list->seen, list->seen_count, sizeof(*list->seen), compare);
}

/* A visitor is in one state: one whom portal has named (acknowledged) is not yet released. */
static void add_lease(void *arg, const struct db_lease *lease)
{
	struct visitor_list *list = arg;
	struct visitor visitor = {.state = "released", .mac = lease->mac};

	if (list->seen_count > 0 && bsearch(&lease->mac, list->seen, list->seen_count,
					    sizeof(*list->seen), compare) != NULL)
		return;
	snprintf(visitor.zone, sizeof(visitor.zone), "%s", lease->zone);
	visitor.seconds = (long)lease->seconds_left;
	list_add(list, &visitor);
}

static int add_leases(struct visitor_list *list, const struct conf *conf)
{
	sqlite3 *db;
	enum db_opened opened = db_open(conf, &db);
	int rc = opened == DB_FAILED ? -1 : 0;

	if (opened == DB_OPEN)
		rc = db_leases(db, add_lease, list);
	sqlite3_close(db);
	return rc;
}

static void begin(struct visitor_list *list)
{
	static const char *const headings[] = {"DEVICE", "STATE", "ZONE", "SEEN OR LEFT"};

	if (list->json)
		putchar('[');
	for (size_t i = 0; i < sizeof(headings) / sizeof(headings[0]) && !list->json; i++)
		out_table_add(&list->table, headings[i]);
}

static void finish(struct visitor_list *list)
{
	if (list->json)
		puts(list->count > 0 ? "\n]" : "]");
	else if (list->count == 0)
		puts("No visitor.");
	else
		out_table_print(&list->table, stdout);
	out_table_free(&list->table);
	free(list->seen);
}

int visitors_run(const struct command_line *line, const struct conf *conf)
{
	struct visitor_list list = {.json = line->json, .table = {.columns = 4}};
	char *answer = control_ask(line, conf, "visitors");
	bool answered = answer != NULL;
	int rc;

	begin(&list);
	if (answered)
		add_visits(&list, answer);
	rc = add_leases(&list, conf);
	finish(&list);
	free(answer);
	return answered && rc == 0 ? COMMAND_FINE : COMMAND_PROBLEM;
}
