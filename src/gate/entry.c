/* Reads and deletes conntrack entries; knows nothing of who may have them. */
#include "gate/entry.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <string.h>

#include "common/log.h"

enum { HEADER = sizeof(struct nfgenmsg) };

static bool address_read(const struct nlattr *tuple, uint16_t v4, uint16_t v6,
			 struct neigh_address *out)
{
	const struct nlattr *ip = nl_attr_in(tuple, CTA_TUPLE_IP);
	const struct nlattr *attr = nl_attr_in(ip, v4);

	memset(out, 0, sizeof(*out));
	out->family = attr != NULL ? 4 : 6;
	if (attr == NULL)
		attr = nl_attr_in(ip, v6);
	if (attr == NULL || mnl_attr_get_payload_len(attr) != (out->family == 4 ? 4 : 16))
		return false;
	memcpy(out->byte, mnl_attr_get_payload(attr), mnl_attr_get_payload_len(attr));
	return true;
}

bool entry_parse(const struct nlmsghdr *nlh, struct entry *entry)
{
	const struct nlattr *orig = nl_attr(nlh, HEADER, CTA_TUPLE_ORIG);
	const struct nlattr *reply = nl_attr(nlh, HEADER, CTA_TUPLE_REPLY);
	const struct nlattr *status = nl_attr(nlh, HEADER, CTA_STATUS);
	const struct nlattr *proto = nl_attr_in(orig, CTA_TUPLE_PROTO);
	const struct nlattr *number = nl_attr_in(proto, CTA_PROTO_NUM);
	const struct nlattr *port = nl_attr_in(proto, CTA_PROTO_DST_PORT);
	const struct nlattr *answers = nl_attr_in(nl_attr_in(reply, CTA_TUPLE_PROTO),
						  CTA_PROTO_SRC_PORT);

	if (nlh->nlmsg_type != (NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_NEW) ||
	    !address_read(orig, CTA_IP_V4_SRC, CTA_IP_V6_SRC, &entry->from) ||
	    !address_read(orig, CTA_IP_V4_DST, CTA_IP_V6_DST, &entry->to) ||
	    !address_read(reply, CTA_IP_V4_SRC, CTA_IP_V6_SRC, &entry->answers))
		return false;
	entry->protocol = number != NULL ? mnl_attr_get_u8(number) : 0;
	entry->port = port != NULL ? ntohs(mnl_attr_get_u16(port)) : 0;
	entry->answers_port = answers != NULL ? ntohs(mnl_attr_get_u16(answers)) : 0;
	entry->redirected = status != NULL && (ntohl(mnl_attr_get_u32(status)) & IPS_DST_NAT) != 0;
	return true;
}

static void copy_attr(struct nlmsghdr *nlh, const struct nlattr *attr)
{
	if (attr != NULL)
		mnl_attr_put(nlh, attr->nla_type, mnl_attr_get_payload_len(attr),
			     mnl_attr_get_payload(attr));
}

/* The tuple goes back as it came; the id makes sure that it is still the same entry. */
void entry_delete(struct nl *nl, const struct nlmsghdr *entry)
{
	const struct nfgenmsg *from = mnl_nlmsg_get_payload(entry);
	char buf[1024] __attribute__((aligned(8))) = {0};
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct nfgenmsg *nfg = mnl_nlmsg_put_extra_header(nlh, sizeof(*nfg));

	nlh->nlmsg_type = NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_DELETE;
	nlh->nlmsg_flags = NLM_F_REQUEST;
	nlh->nlmsg_seq = ++nl->seq;
	nfg->nfgen_family = from->nfgen_family;
	nfg->version = NFNETLINK_V0;
	copy_attr(nlh, nl_attr(entry, HEADER, CTA_TUPLE_ORIG));
	copy_attr(nlh, nl_attr(entry, HEADER, CTA_ZONE));
	copy_attr(nlh, nl_attr(entry, HEADER, CTA_ID));
	if (nl_send(nl, nlh, nlh->nlmsg_len) < 0)
		log_warn("conntrack: delete");
	/* Without NLM_F_ACK only errors are answered; an entry that ended by itself is one. */
	while (nl_receive(nl, buf, sizeof(buf)) > 0) {
		const struct nlmsgerr *answer = mnl_nlmsg_get_payload(nlh);

		if (nlh->nlmsg_type == NLMSG_ERROR && answer->error != 0 && answer->error != -ENOENT)
			log_warnx("conntrack: delete: %s", strerror(-answer->error));
	}
}
