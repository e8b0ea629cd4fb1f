/*
 * UDP in and out. An answer leaves from the address that its question has come to: the
 * kernel leads it back by that.
 */
#include "portal/dns.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/log.h"
#include "portal/dns_answer.h"

enum { AT_ONCE = 32 };

static int bind_on(int fd, const struct conf *conf, bool v6)
{
	const struct sockaddr_in6 any = {.sin6_family = AF_INET6,
					 .sin6_port = htons(conf->dns_port)};
	const struct sockaddr_in any4 = {.sin_family = AF_INET, .sin_port = htons(conf->dns_port)};
	int zero = 0, one = 1;

	if (!v6)
		return setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &one, sizeof(one)) < 0
			   ? -1
			   : bind(fd, (const struct sockaddr *)&any4, sizeof(any4));
	/* For IPv4 on such a socket the address comes as ::ffff:a.b.c.d. */
	if (setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &zero, sizeof(zero)) < 0 ||
	    setsockopt(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &one, sizeof(one)) < 0)
		return -1;
	return bind(fd, (const struct sockaddr *)&any, sizeof(any));
}

int dns_open(const struct conf *conf)
{
	const int type = SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
	int fd = socket(AF_INET6, type, 0);
	bool v6 = fd >= 0;
	int error;

	if (!v6)
		fd = socket(AF_INET, type, 0);
	if (fd < 0 || bind_on(fd, conf, v6) == 0)
		return fd;
	error = errno;
	close(fd);
	errno = error;
	return -1;
}

static void own_set4(struct dns_own *own, const void *address)
{
	own->family = 4;
	memcpy(own->address, address, 4);
}

/*
 * The control message of the question, as it came, says where its answer leaves from; but
 * not through which interface: that is the routes' to say, unless the address needs one.
 */
static void leave_from(struct msghdr *msg, struct dns_own *own)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(msg); c != NULL; c = CMSG_NXTHDR(msg, c)) {
		struct in6_pktinfo info6;
		struct in_pktinfo info4;

		if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO) {
			memcpy(&info6, CMSG_DATA(c), sizeof(info6));
			if (!IN6_IS_ADDR_LINKLOCAL(&info6.ipi6_addr))
				info6.ipi6_ifindex = 0;
			memcpy(CMSG_DATA(c), &info6, sizeof(info6));
			own->family = 6;
			memcpy(own->address, &info6.ipi6_addr, 16);
			if (IN6_IS_ADDR_V4MAPPED(&info6.ipi6_addr))
				own_set4(own, &info6.ipi6_addr.s6_addr[12]);
		} else if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
			memcpy(&info4, CMSG_DATA(c), sizeof(info4));
			info4.ipi_spec_dst = info4.ipi_addr;
			info4.ipi_ifindex = 0;
			memcpy(CMSG_DATA(c), &info4, sizeof(info4));
			own_set4(own, &info4.ipi_addr);
		}
	}
}

static bool serve_one(int fd, const struct conf *conf)
{
	uint8_t question[DNS_SIZE_MAX], answer[DNS_SIZE_MAX];
	union {
		char buf[CMSG_SPACE(sizeof(struct in6_pktinfo))];
		struct cmsghdr align;
	} control;
	struct sockaddr_in6 from;
	struct iovec iov = {.iov_base = question, .iov_len = sizeof(question)};
	struct msghdr msg = {.msg_name = &from,
			     .msg_namelen = sizeof(from),
			     .msg_iov = &iov,
			     .msg_iovlen = 1,
			     .msg_control = &control,
			     .msg_controllen = sizeof(control)};
	struct dns_own own = {.name = conf->name};
	ssize_t n = recvmsg(fd, &msg, MSG_DONTWAIT);

	if (n < 0)
		return errno == EINTR;
	leave_from(&msg, &own);
	iov = (struct iovec){.iov_base = answer};
	if (!(msg.msg_flags & (MSG_TRUNC | MSG_CTRUNC)))
		iov.iov_len = dns_answer(question, (size_t)n, &own, answer);
	/* One that cannot be sent is asked for again. */
	if (iov.iov_len > 0 && sendmsg(fd, &msg, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		log_debug("a name's answer could not be sent");
	return true;
}

void dns_serve(int fd, const struct conf *conf)
{
	for (unsigned i = 0; i < AT_ONCE && serve_one(fd, conf); i++)
		continue;
}
