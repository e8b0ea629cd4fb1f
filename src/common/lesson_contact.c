/*
 * contacts.cfg: whom a visitor can call or write to, and how long that is believed without
 * anybody checking it. For lesson.c alone. A pack without the file has none.
 */
#include "common/lesson_pack.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "common/lesson_day.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

enum { HIDE_AFTER_MAX = 3660, NUMBER_MIN = 3, NUMBER_MAX = 12, ADDRESS_MAX = 100 };

static const struct lesson_cfg_field root_fields[] = {
    LESSON_CFG_MUST("hide_after_days", NUMBER),
    LESSON_CFG_MUST("contacts", GROUPS),
};

static const struct lesson_cfg_field fields[] = {
    LESSON_CFG_MUST("id", STRING),     LESSON_CFG_MUST("kind", STRING),
    LESSON_CFG_MAY("number", STRING),  LESSON_CFG_MAY("address", STRING),
    LESSON_CFG_MAY("source", STRINGS), LESSON_CFG_MUST("checked_on", STRING),
};

static const char *const kinds[] = {
    [LESSON_CONTACT_EMERGENCY] = "emergency",
    [LESSON_CONTACT_REPORT] = "report",
};

static bool is_number(const char *text)
{
	size_t length = strspn(text, "0123456789");

	return text[length] == '\0' && length >= NUMBER_MIN && length <= NUMBER_MAX;
}

/* A host's name: labels of letters, digits and inner hyphens, at least two. */
static bool is_address(const char *text)
{
	static const char inner[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789-";
	size_t labels = 0;

	if (strlen(text) > ADDRESS_MAX)
		return false;
	for (;; text++, labels++) {
		size_t length = strspn(text, inner);

		if (length == 0 || length > 63 || text[0] == '-' || text[length - 1] == '-')
			return false;
		text += length;
		if (*text == '\0')
			return labels > 0;
		if (*text != '.')
			return false;
	}
}

/* Exactly one of the two: a page has room for one, and a reader for one way. */
static void reach_read(const struct lesson_cfg_place *place, const config_setting_t *at,
		       struct lesson_pack_contact *contact)
{
	const config_setting_t *number = config_setting_get_member(at, "number");
	const config_setting_t *address = config_setting_get_member(at, "address");

	contact->number = lesson_cfg_string(at, "number");
	contact->address = lesson_cfg_string(at, "address");
	if ((number == NULL) == (address == NULL))
		lesson_cfg_error(place, number != NULL ? address : at,
				 "has %s, expected exactly one of the two",
				 number != NULL ? "both number and address"
						: "neither number nor address");
	if (contact->number != NULL && !is_number(contact->number))
		lesson_cfg_error(place, number, "number is \"%s\", expected %d to %d digits",
				 contact->number, NUMBER_MIN, NUMBER_MAX);
	if (contact->address != NULL && !is_address(contact->address))
		lesson_cfg_error(place, address,
				 "address is \"%s\", expected a site's name like"
				 " \"example.vn\", without https://",
				 contact->address);
}

static enum lesson_contact_kind kind_of(const char *word)
{
	return word != NULL && strcmp(word, kinds[LESSON_CONTACT_REPORT]) == 0
		   ? LESSON_CONTACT_REPORT
		   : LESSON_CONTACT_EMERGENCY;
}

static void contact_read(struct lesson_pack *pack, const struct lesson_cfg_place *place,
			 const config_setting_t *at)
{
	struct lesson_pack_contact *contact =
	    &pack->contacts[pack->list[LESSON_PACK_CONTACTS].count - 1];

	reach_read(place, at, contact);
	contact->kind = kind_of(lesson_pack_word(place, at, "kind", kinds, COUNT(kinds)));
	lesson_source_check(pack, place, at);
	if (lesson_pack_day(place, at, "checked_on", &contact->hide_day))
		contact->hide_day += pack->hide_after_days;
}

static const struct lesson_list_rule contacts = {
    .kind = LESSON_PACK_CONTACTS,
    .max = LESSON_CONTACTS_MAX,
    .fields = fields,
    .field_count = COUNT(fields),
    .read = contact_read,
};

void lesson_contact_read(struct lesson_pack *pack)
{
	struct lesson_cfg_place place;
	const config_setting_t *root;

	pack->list[LESSON_PACK_CONTACTS].known = true;
	if (access(pack->contact.path, F_OK) < 0 && errno == ENOENT)
		return;
	pack->list[LESSON_PACK_CONTACTS].known = false;
	if (lesson_cfg_open(&pack->contact, "the list of contacts", pack->report) != 0)
		return;
	pack->list[LESSON_PACK_CONTACTS].known = true;
	root = config_root_setting(&pack->contact.config);
	lesson_cfg_place(&place, &pack->contact, pack->report);
	lesson_cfg_check(&place, root, root_fields, COUNT(root_fields));
	pack->hide_after_days =
	    lesson_cfg_number(&place, root, "hide_after_days", 1, HIDE_AFTER_MAX);
	lesson_list_read(pack, &pack->contact, &contacts);
}
