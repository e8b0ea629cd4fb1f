/*
 * One question in, one answer out (RFC 1035, 4.1). The question is copied as it came, its
 * letters of either case with it; an option record (EDNS) is read over and not answered,
 * which says that there is none here.
 *
 * The addresses are the internet's own sink, run for questions that nobody can answer (RFC
 * 7534, blackhole-1.iana.org): public, as a phone takes a probe host at a private one for a
 * network without internet, and nobody's, should a device keep them longer than it is told.
 * What is sent there from a held device never leaves the gateway.
 */
#include "portal/dns_answer.h"

#include <arpa/inet.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "common/probe.h"

#define SINK4 "192.175.48.6"
#define SINK6 "2620:4f:8000::6"

enum {
	HEADER = 12,
	NAME_MAX_ = 254, /* as text, with its end */
	LABEL_MAX = 63,
	TYPE_A = 1,
	TYPE_AAAA = 28,
	CLASS_IN = 1,
	OPCODE = 0x78, /* of the third byte */
	RECURSION_DESIRED = 0x01,
	RESPONSE = 0x80,
	RECURSION_AVAILABLE = 0x80, /* of the fourth */
	NO_ERROR = 0,
	SERVER_FAILURE = 2,
	NOT_IMPLEMENTED = 4,
	TTL_S = 1, /* the truth may be back in a moment */
	POINTER = 0xc0,
};

struct question {
	char name[NAME_MAX_];
	size_t end; /* of the question, in the packet */
	unsigned type, class;
};

static unsigned get16(const uint8_t *p)
{
	return (unsigned)p[0] << 8 | p[1];
}

static uint8_t *put16(uint8_t *p, unsigned value)
{
	p[0] = (uint8_t)(value >> 8);
	p[1] = (uint8_t)value;
	return p + 2;
}

/* Labels as text with points; where the name ends, or 0. A point or a NUL within a label
 * would make another name of it, and a question's name is never compressed. */
static size_t name_read(const uint8_t *packet, size_t size, char name[NAME_MAX_])
{
	size_t at = HEADER, used = 0;

	while (at < size && packet[at] != 0) {
		size_t length = packet[at++];

		if (length > LABEL_MAX || length >= size - at || used + length + 1 >= NAME_MAX_ ||
		    memchr(packet + at, '.', length) != NULL ||
		    memchr(packet + at, '\0', length) != NULL)
			return 0;
		if (used > 0)
			name[used++] = '.';
		memcpy(name + used, packet + at, length);
		used += length;
		at += length;
	}
	name[used] = '\0';
	return at < size ? at + 1 : 0;
}

/* Exactly one question, no answer; what an option record holds does not matter. */
static bool question_read(const uint8_t *packet, size_t size, struct question *out)
{
	size_t end;

	if (size < HEADER || size > DNS_SIZE_MAX || packet[2] & RESPONSE ||
	    get16(packet + 4) != 1 || get16(packet + 6) != 0 || get16(packet + 8) != 0 ||
	    get16(packet + 10) > 1)
		return false;
	end = name_read(packet, size, out->name);
	if (end == 0 || size - end < 4)
		return false;
	out->type = get16(packet + end);
	out->class = get16(packet + end + 2);
	out->end = end + 4;
	return true;
}

static bool is_own(const struct dns_own *own, const char *name)
{
	return own->name[0] != '\0' && strcasecmp(own->name, name) == 0;
}

/* A link-local address would need the interface named with it. */
static size_t own_address(const struct dns_own *own, unsigned type, uint8_t address[16])
{
	bool local = own->address[0] == 0xfe && (own->address[1] & 0xc0) == 0x80;
	size_t length = own->family == 4 ? 4 : 16;

	if (type != (own->family == 4 ? TYPE_A : TYPE_AAAA) || (own->family == 6 && local))
		return 0;
	memcpy(address, own->address, length);
	return length;
}

/* The address for that type; its length, 0 when the name has none of that type. */
static size_t address_of(const struct probe *probe, unsigned type, uint8_t address[16])
{
	if (type == TYPE_A)
		return inet_pton(AF_INET, probe->ipv4 != NULL ? probe->ipv4 : SINK4, address) == 1
			   ? 4
			   : 0;
	if (type == TYPE_AAAA)
		return inet_pton(AF_INET6, probe->ipv6 != NULL ? probe->ipv6 : SINK6, address) == 1
			   ? 16
			   : 0;
	return 0;
}

/* The name is a pointer to the question's. */
static size_t record_put(uint8_t *out, unsigned type, const uint8_t *address, size_t length)
{
	uint8_t *p = out;

	*p++ = POINTER;
	*p++ = HEADER;
	p = put16(p, type);
	p = put16(p, CLASS_IN);
	p = put16(p, 0);
	p = put16(p, TTL_S);
	p = put16(p, (unsigned)length);
	memcpy(p, address, length);
	return (size_t)(p - out) + length;
}

/* Of the answer: its code, and the address in it, if any. */
static unsigned decide(const struct question *question, const struct dns_own *own,
		       uint8_t address[16], size_t *length)
{
	const struct probe *probe = probe_find(question->name);

	*length = 0;
	if (question->class == CLASS_IN && is_own(own, question->name))
		*length = own_address(own, question->type, address);
	else if (question->class == CLASS_IN && probe != NULL)
		*length = address_of(probe, question->type, address);
	else
		return SERVER_FAILURE;
	return NO_ERROR;
}

size_t dns_answer(const uint8_t *packet, size_t size, const struct dns_own *own,
		  uint8_t out[DNS_SIZE_MAX])
{
	struct question question;
	uint8_t address[16];
	size_t length = 0, used;
	unsigned code = NOT_IMPLEMENTED;

	if (!question_read(packet, size, &question) || question.end > DNS_SIZE_MAX - DNS_LONGER_MAX)
		return 0;
	if ((packet[2] & OPCODE) == 0)
		code = decide(&question, own, address, &length);
	memcpy(out, packet, question.end);
	out[2] = (uint8_t)(RESPONSE | (packet[2] & (OPCODE | RECURSION_DESIRED)));
	out[3] = (uint8_t)(RECURSION_AVAILABLE | code);
	put16(out + 6, length > 0 ? 1 : 0);
	put16(out + 10, 0);
	used = question.end;
	if (length > 0)
		used += record_put(out + used, question.type, address, length);
	return used;
}
