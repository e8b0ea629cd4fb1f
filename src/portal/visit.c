/*
 * Visits in an array, chained by a keyed hash of the MAC (devices choose their MACs) and
 * by age. Index 0 means none in every link.
 */
#include "portal/visit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

static const char digits[] = "0123456789abcdef";

struct visits {
	struct visit *visit; /* [1..max] */
	uint32_t *bucket;
	uint32_t mask;
	uint32_t max;
	uint32_t count;
	uint32_t free; /* chained by next */
	uint32_t oldest, newest;
	uint64_t key;
};

struct visits *visit_open(uint32_t max)
{
	struct visits *visits = calloc(1, sizeof(*visits));
	uint32_t buckets = 16;

	if (visits == NULL)
		return NULL;
	while (buckets < max)
		buckets *= 2;
	visits->visit = calloc((size_t)max + 1, sizeof(*visits->visit));
	visits->bucket = calloc(buckets, sizeof(*visits->bucket));
	visits->mask = buckets - 1;
	visits->max = max;
	if (visits->visit == NULL || visits->bucket == NULL ||
	    getrandom(&visits->key, sizeof(visits->key), 0) != sizeof(visits->key)) {
		visit_close(visits);
		return NULL;
	}
	visits->key |= 1;
	return visits;
}

void visit_close(struct visits *visits)
{
	if (visits == NULL)
		return;
	free(visits->visit);
	free(visits->bucket);
	free(visits);
}

static uint32_t *bucket_of(const struct visits *visits, const struct ether *mac)
{
	return &visits->bucket[ether_hash(mac, visits->key) & visits->mask];
}

struct visit *visit_find(struct visits *visits, const struct ether *mac)
{
	for (uint32_t i = *bucket_of(visits, mac); i != 0; i = visits->visit[i].next)
		if (ether_equal(&visits->visit[i].mac, mac))
			return &visits->visit[i];
	return NULL;
}

static void age_remove(struct visits *visits, struct visit *visit)
{
	if (visit->older != 0)
		visits->visit[visit->older].newer = visit->newer;
	else
		visits->oldest = visit->newer;
	if (visit->newer != 0)
		visits->visit[visit->newer].older = visit->older;
	else
		visits->newest = visit->older;
}

static void age_append(struct visits *visits, struct visit *visit)
{
	uint32_t i = visit_index(visits, visit);

	visit->older = visits->newest;
	visit->newer = 0;
	if (visits->newest != 0)
		visits->visit[visits->newest].newer = i;
	else
		visits->oldest = i;
	visits->newest = i;
}

/* A free slot: one given back, one never used, or the oldest that has not acknowledged. */
static struct visit *slot_take(struct visits *visits)
{
	uint32_t i = visits->free;

	if (i != 0) {
		visits->free = visits->visit[i].next;
		return &visits->visit[i];
	}
	if (visits->count < visits->max)
		return &visits->visit[visits->count + 1];
	for (i = visits->oldest; i != 0; i = visits->visit[i].newer)
		if (visits->visit[i].state != VISIT_ACKNOWLEDGED) {
			visit_end(visits, &visits->visit[i]);
			return slot_take(visits);
		}
	return NULL;
}

struct visit *visit_begin(struct visits *visits, const struct ether *mac, int64_t now_ms)
{
	struct visit *visit = slot_take(visits);
	uint32_t *bucket = bucket_of(visits, mac);

	if (visit == NULL)
		return NULL;
	memset(visit, 0, sizeof(*visit));
	visit->mac = *mac;
	visit->state = VISIT_HELD;
	visit->last_ms = now_ms;
	if (getrandom(visit->secret, sizeof(visit->secret), 0) != sizeof(visit->secret)) {
		visit->state = VISIT_FREE;
		visit->next = visits->free;
		visits->free = visit_index(visits, visit);
		return NULL;
	}
	/* The first bytes say where the visit is, so that its token finds it. */
	for (int i = 0; i < VISIT_INDEX; i++)
		visit->secret[i] = (uint8_t)(visit_index(visits, visit) >> (8 * i));
	visit->next = *bucket;
	*bucket = visit_index(visits, visit);
	age_append(visits, visit);
	visits->count++;
	return visit;
}

void visit_touch(struct visits *visits, struct visit *visit, int64_t now_ms)
{
	visit->last_ms = now_ms;
	age_remove(visits, visit);
	age_append(visits, visit);
}

void visit_end(struct visits *visits, struct visit *visit)
{
	uint32_t index = visit_index(visits, visit);
	uint32_t *link = bucket_of(visits, &visit->mac);

	while (*link != index)
		link = &visits->visit[*link].next;
	*link = visit->next;
	age_remove(visits, visit);
	edition_release(visit->edition);
	memset(visit, 0, sizeof(*visit)); /* the MAC too: it is nowhere after its visit */
	visit->next = visits->free;
	visits->free = index;
	visits->count--;
}

void visit_forget_idle(struct visits *visits, int64_t now_ms)
{
	uint32_t i = visits->oldest;

	while (i != 0 && visits->visit[i].last_ms + VISIT_IDLE_MS < now_ms) {
		uint32_t newer = visits->visit[i].newer;

		if (visits->visit[i].state != VISIT_ACKNOWLEDGED)
			visit_end(visits, &visits->visit[i]);
		i = newer;
	}
}

void visit_forget_retired(struct visits *visits, int64_t now_ms)
{
	for (uint32_t i = visits->oldest, newer; i != 0; i = newer) {
		struct visit *visit = &visits->visit[i];
		const struct edition *edition = visit->edition;

		newer = visit->newer;
		if (visit->state != VISIT_ACKNOWLEDGED && edition != NULL && !edition->current &&
		    edition->retired_ms + VISIT_IDLE_MS < now_ms)
			visit_end(visits, visit);
	}
}

uint32_t visit_index(const struct visits *visits, const struct visit *visit)
{
	return (uint32_t)(visit - visits->visit);
}

struct visit *visit_at(struct visits *visits, uint32_t index)
{
	return &visits->visit[index];
}

uint32_t visit_count(const struct visits *visits)
{
	return visits->count;
}

uint32_t visit_max(const struct visits *visits)
{
	return visits->max;
}

void visit_seen_at(struct visit *visit, uint8_t family, const uint8_t address[16],
		   const struct msg *found)
{
	memcpy(visit->address, address, sizeof(visit->address));
	visit->family = family;
	visit->ifindex = found->ifindex;
	visit->zone = (uint8_t)found->zone;
}

static int hex_value(char c)
{
	const char *digit = c != '\0' ? strchr(digits, c) : NULL;

	return digit != NULL ? (int)(digit - digits) : -1;
}

struct visit *visit_of_token(struct visits *visits, const char *token, uint8_t family,
			     const uint8_t address[16])
{
	uint32_t index = 0;
	struct visit *visit;

	if (strlen(token) != VISIT_TOKEN_SIZE - 1)
		return NULL;
	for (int i = VISIT_INDEX - 1; i >= 0; i--) {
		int high = hex_value(token[2 * i]), low = hex_value(token[2 * i + 1]);

		if (high < 0 || low < 0)
			return NULL;
		index = index << 8 | (uint32_t)(high << 4 | low);
	}
	if (index == 0 || index > visits->max)
		return NULL;
	visit = &visits->visit[index];
	if (visit->state == VISIT_FREE || visit->family != family ||
	    memcmp(visit->address, address, sizeof(visit->address)) != 0)
		return NULL;
	return visit_token_check(visit, token) == VISIT_TOKEN_FOREIGN ? NULL : visit;
}

void visit_token(const struct visit *visit, char out[VISIT_TOKEN_SIZE])
{
	for (unsigned i = 0; i <= VISIT_SECRET; i++) {
		unsigned byte = i < VISIT_SECRET ? visit->secret[i] : visit->step;

		out[2 * i] = digits[byte >> 4];
		out[2 * i + 1] = digits[byte & 15];
	}
	out[VISIT_TOKEN_SIZE - 1] = '\0';
}

enum visit_token_is visit_token_check(const struct visit *visit, const char *token)
{
	enum { SECRET_DIGITS = 2 * VISIT_SECRET };
	char present[VISIT_TOKEN_SIZE];
	unsigned char differs = 0;

	visit_token(visit, present);
	if (strlen(token) != VISIT_TOKEN_SIZE - 1)
		return VISIT_TOKEN_FOREIGN;
	for (unsigned i = 0; i < SECRET_DIGITS; i++)
		differs |= (unsigned char)(token[i] ^ present[i]);
	if (differs != 0)
		return VISIT_TOKEN_FOREIGN;
	/* Steps are single digits below the secret, so their order is that of their text. */
	if (strcmp(token + SECRET_DIGITS, present + SECRET_DIGITS) == 0)
		return VISIT_TOKEN_PRESENT;
	return token[SECRET_DIGITS] == '0' && token[SECRET_DIGITS + 1] >= '0' &&
		       token[SECRET_DIGITS + 1] < present[SECRET_DIGITS + 1]
		   ? VISIT_TOKEN_PAST
		   : VISIT_TOKEN_FOREIGN;
}
