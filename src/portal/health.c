/* The table of health; see health.h. */
#include "portal/health.h"

#include "common/clock.h"
#include "common/drop.h"

enum kind { NUMBER, WORD, TEXT };

#define NUMBER_OF(name)	     .status = name, .kind = NUMBER
#define WORD_OF(name, a, b)  .status = name, .kind = WORD, .words = {a, b}
#define GAUGE(name, about)   .metric = "congchao_" name, .type = "gauge", .help = about
#define COUNTER(name, about) .metric = "congchao_" name, .type = "counter", .help = about
#define MICROSECONDS	     .unit = 1e-6

static const struct field {
	const char *status; /* its name there; NULL: not said */
	enum kind kind;
	const char *words[2];
	const char *metric; /* NULL: none */
	const char *type, *help;
	double unit; /* of a number; 0: 1 */
} fields[HEALTH__MAX] = {
    [HEALTH_VERSION] = {.status = "version",
			.kind = TEXT,
			GAUGE("portal_info", "Which version runs.")},
    [HEALTH_UPTIME] = {NUMBER_OF("uptime_seconds"),
		       GAUGE("portal_uptime_seconds", "Since gate has started portal.")},
    [HEALTH_WHEN_DOWN] = {WORD_OF("when_down", "closed", "open")},
    [HEALTH_TABLE] = {WORD_OF("table", "no", "yes"),
		      GAUGE("gate_table", "1: the rules are in the kernel.")},
    [HEALTH_OWNER] = {WORD_OF("owner", "no", "yes")},
    [HEALTH_CTNETLINK] = {WORD_OF("ctnetlink", "no", "yes")},
    [HEALTH_RELEASED] = {NUMBER_OF("released"), GAUGE("gate_released", "Devices online now.")},
    [HEALTH_RELEASED_MAX] = {NUMBER_OF("released_max"),
			     GAUGE("gate_released_max", "limits.released: nobody more is let in.")},
    [HEALTH_VISITS] = {NUMBER_OF("visits")},
    [HEALTH_VISITS_MAX] = {NUMBER_OF("visits_max"), GAUGE("portal_visits_max", "limits.visits.")},
    [HEALTH_HELD] = {NUMBER_OF("held"),
		     GAUGE("portal_held", "Visits that have not begun to answer.")},
    [HEALTH_LEARNING] = {NUMBER_OF("learning"),
			 GAUGE("portal_learning", "Visits in the middle of their questions.")},
    [HEALTH_ACKNOWLEDGED] = {NUMBER_OF("acknowledged"),
			     GAUGE("portal_acknowledged", "Visits whose release is under way.")},
    [HEALTH_NEIGHBOUR_LIMIT] = {NUMBER_OF("neighbour_limit"),
				GAUGE("gate_neighbour_limit",
				      "Devices that the kernel can tell apart; 0: not known.")},
    [HEALTH_INTERFACES] = {NUMBER_OF("interfaces_present"),
			   GAUGE("gate_interfaces_present", "Served interfaces that are there.")},
    [HEALTH_STORE] = {WORD_OF("store", "failing", "ok"),
		      GAUGE("portal_store_ok", "1: the last acknowledgement could be stored.")},
    [HEALTH_JOURNAL] = {WORD_OF("journal", "wal", "rollback")},
    [HEALTH_CLOCK] = {WORD_OF("clock", "unsettled", "settled"),
		      GAUGE("portal_clock_settled", "1: the wall clock is right.")},
    [HEALTH_COMMITS] = {NUMBER_OF("commits"),
			COUNTER("portal_commits_total",
				"Commits, each of all who wait at that moment.")},
    [HEALTH_FAILURES] = {NUMBER_OF("failures"),
			 COUNTER("portal_commit_failures_total", "Commits that failed.")},
    [HEALTH_LAST_COMMIT] = {NUMBER_OF("last_commit_us"), MICROSECONDS,
			    GAUGE("portal_last_commit_seconds", "What the last commit took.")},
    [HEALTH_LANDLOCK] = {WORD_OF("landlock", "no", "yes")},
    [HEALTH_SECCOMP] = {WORD_OF("seccomp", "no", "yes")},
    [HEALTH_TLS] = {.status = "tls", .kind = TEXT},
    [HEALTH_TLS_DAYS] = {NUMBER_OF("tls_days"),
			 GAUGE("portal_certificate_days",
			       "Days for which the certificate is still valid.")},
    [HEALTH_UPLINK] = {.status = "uplink", .kind = TEXT},
    [HEALTH_UPLINK_UP] = {NUMBER_OF(NULL), GAUGE("gate_uplink_up",
						 "0: the gate is sure that there is no internet.")},
    [HEALTH_RESOLVER] = {WORD_OF("resolver", "no", "yes"),
			 GAUGE("gate_resolver", "1: the gate's resolver runs, or none is needed.")},
    [HEALTH_TICKS] = {NUMBER_OF(NULL), COUNTER("portal_ticks_total", "Rounds of portal's loop.")},
    [HEALTH_TICKS_SUM] = {NUMBER_OF(NULL), MICROSECONDS,
			  COUNTER("portal_tick_seconds_total",
				  "What they took, without the wait between them.")},
    [HEALTH_LAST_TICK] = {NUMBER_OF("last_tick_us"), MICROSECONDS,
			  GAUGE("portal_last_tick_seconds", "What the last one took.")},
    [HEALTH_LONGEST_TICK] = {NUMBER_OF("longest_tick_us"), MICROSECONDS,
			     GAUGE("portal_longest_tick_seconds",
				   "What the longest one took since the start.")},
};

static int64_t count_state(struct visits *visits, enum visit_state state)
{
	int64_t n = 0;

	for (uint32_t i = 1; i <= visit_max(visits); i++)
		n += visit_at(visits, i)->state == state;
	return n;
}

static void look_at_gate(const struct msg *gate, int64_t number[])
{
	number[HEALTH_TABLE] = (gate->flags & MSG_FLAG_TABLE) != 0;
	number[HEALTH_OWNER] = (gate->flags & MSG_FLAG_OWNER) != 0;
	number[HEALTH_CTNETLINK] = (gate->flags & MSG_FLAG_CTNETLINK) != 0;
	number[HEALTH_RELEASED] = gate->count;
	number[HEALTH_RELEASED_MAX] = gate->seconds;
	number[HEALTH_NEIGHBOUR_LIMIT] = gate->value;
	number[HEALTH_INTERFACES] = gate->interfaces;
	number[HEALTH_UPLINK_UP] = (gate->flags & MSG_FLAG_UPLINK_DOWN) == 0;
	number[HEALTH_RESOLVER] = (gate->flags & MSG_FLAG_RESOLVER) != 0;
}

static void look_at_visits(struct visits *visits, int64_t number[])
{
	number[HEALTH_VISITS] = visit_count(visits);
	number[HEALTH_VISITS_MAX] = visit_max(visits);
	number[HEALTH_HELD] = count_state(visits, VISIT_HELD);
	number[HEALTH_LEARNING] = count_state(visits, VISIT_LEARNING);
	number[HEALTH_ACKNOWLEDGED] = count_state(visits, VISIT_ACKNOWLEDGED);
}

static void look_at_store(struct store *store, int64_t number[])
{
	struct store_status status;

	store_status(store, &status);
	number[HEALTH_STORE] = status.ok;
	number[HEALTH_JOURNAL] = status.journal;
	number[HEALTH_CLOCK] = status.clock_settled;
	number[HEALTH_COMMITS] = (int64_t)status.commits;
	number[HEALTH_FAILURES] = (int64_t)status.failures;
	number[HEALTH_LAST_COMMIT] = (int64_t)status.last_commit_us;
}

static void look_at_ticks(const struct tick *tick, int64_t number[])
{
	number[HEALTH_TICKS] = (int64_t)tick->count;
	number[HEALTH_TICKS_SUM] = (int64_t)tick->sum_us;
	number[HEALTH_LAST_TICK] = (int64_t)tick->last_us;
	number[HEALTH_LONGEST_TICK] = (int64_t)tick->longest_us;
}

static const char *uplink_word(const struct conf *conf, const struct msg *gate)
{
	if (!conf->uplink_check)
		return "unchecked";
	return gate->flags & MSG_FLAG_UPLINK_DOWN ? "down" : "up";
}

void health_look(const struct portal *portal, const struct msg *gate, struct health *health)
{
	*health = (struct health){.absent = {[HEALTH_TLS_DAYS] = portal->tls == NULL,
					     [HEALTH_UPLINK_UP] = !portal->conf->uplink_check}};
	look_at_gate(gate, health->number);
	look_at_visits(portal->visits, health->number);
	look_at_store(portal->store, health->number);
	look_at_ticks(&portal->tick, health->number);
	health->text[HEALTH_VERSION] = VERSION;
	health->text[HEALTH_UPLINK] = uplink_word(portal->conf, gate);
	health->text[HEALTH_TLS] = portal->conf->behind_proxy ? "proxy" : tls_word(portal->tls);
	health->number[HEALTH_TLS_DAYS] = tls_days_left(portal->tls);
	health->number[HEALTH_UPTIME] = (clock_boot_ms() - portal->started_ms) / 1000;
	health->number[HEALTH_WHEN_DOWN] = portal->conf->when_down_open;
	health->number[HEALTH_LANDLOCK] = portal->landlock;
	health->number[HEALTH_SECCOMP] = drop_has_seccomp();
}

void health_write_status(const struct health *health, FILE *out)
{
	for (int i = 0; i < HEALTH__MAX; i++) {
		const struct field *field = &fields[i];

		if (field->status == NULL)
			continue;
		if (field->kind == NUMBER)
			fprintf(out, "%s %lld\n", field->status, (long long)health->number[i]);
		else
			fprintf(out, "%s %s\n", field->status,
				field->kind == TEXT ? health->text[i]
						    : field->words[health->number[i] != 0]);
	}
}

void health_write_metrics(const struct health *health, FILE *out)
{
	for (int i = 0; i < HEALTH__MAX; i++) {
		const struct field *field = &fields[i];

		if (field->metric == NULL || health->absent[i])
			continue;
		fprintf(out, "# HELP %s %s\n# TYPE %s %s\n", field->metric, field->help,
			field->metric, field->type);
		if (field->kind == TEXT)
			fprintf(out, "%s{%s=\"%s\"} 1\n", field->metric, field->status,
				health->text[i]);
		else if (field->unit != 0)
			fprintf(out, "%s %.6f\n", field->metric,
				(double)health->number[i] * field->unit);
		else
			fprintf(out, "%s %lld\n", field->metric, (long long)health->number[i]);
	}
}
