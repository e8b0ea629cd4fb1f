# Cổng Chào. `make` builds into build/, `make install DESTDIR=` installs, V=1 shows commands.
# A folder under src/ is a program; its link line is here, and is all it may know.

VERSION  = 0.1.0
PREFIX   ?= /usr
SECCOMP  ?= 1
QR       ?= 1
TLS      ?= 1
BUILD    ?= build
CC       ?= cc
CFLAGS   ?= -O2 -g

WARN     = -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wconversion -Werror
HARDEN   = -fstack-protector-strong -fPIE -D_FORTIFY_SOURCE=2
CPPFLAGS += -Isrc -D_GNU_SOURCE -DVERSION='"$(VERSION)"' -DHAVE_SECCOMP=$(SECCOMP) \
	-DHAVE_QR=$(QR) -DHAVE_TLS=$(TLS)
ALL_CFLAGS  = -std=c17 $(WARN) $(HARDEN) $(CFLAGS)
ALL_LDFLAGS = -pie -Wl,-z,relro,-z,now $(LDFLAGS)

LIBS_seccomp_1 = -lseccomp
LIBS_qr_1 = -lqrencode
LIBS_tls_1 = -lgnutls
LEFT_OUT_tls_0 = src/common/certificate_%.c
LIBS_gate   = -lnftnl -lmnl -lconfig -lcares $(LIBS_seccomp_$(SECCOMP))
LIBS_portal = -lmicrohttpd -lsqlite3 -lconfig -lsodium $(LIBS_seccomp_$(SECCOMP)) $(LIBS_tls_$(TLS)) \
	-pthread
LIBS_report = -lsqlite3 -lcurl -ljson-c -lconfig -lsodium $(LIBS_seccomp_$(SECCOMP))
LIBS_collect = -lmicrohttpd -lpq -lsodium -lconfig $(LIBS_qr_$(QR)) -lxlsxwriter \
	$(LIBS_seccomp_$(SECCOMP))
LIBS_ctl    = -lmicrohttpd -lsqlite3 -lconfig -lcares -lutf8proc $(LIBS_qr_$(QR)) $(LIBS_tls_$(TLS)) -lm

COMMON_gate   = log report ether conf msg drop trim lookup probe
COMMON_portal = log report ether conf certificate msg drop trim probe lesson template page measure \
	headers
COMMON_report = log report ether conf drop measure
COMMON_collect = log report ether conf drop lesson template qr
COMMON_ctl    = log report ether conf certificate lookup probe lesson template page measure headers \
	qr

Q = $(if $(V),,@)
# common/NAME is NAME.c and the parts NAME_*.c that it is split into.
parts = $(wildcard src/$(1).c src/$(1)_*.c)
sources = $(filter-out $(LEFT_OUT_tls_$(TLS)),$(wildcard src/$(1)/*.c) \
	$(foreach n,$(COMMON_$(1)),$(call parts,common/$(n))))
objects = $(patsubst %.c,$(BUILD)/%.o,$(call sources,$(1)))

# Of a gateway, and of the department that gateways report to: only that one needs libpq.
GATEWAY = $(BUILD)/congchao-gate $(BUILD)/congchao-portal $(BUILD)/congchao-report \
	$(BUILD)/congchao
DEPARTMENT = $(BUILD)/congchao-collect

all: gateway department
gateway: $(GATEWAY)
department: $(DEPARTMENT)

$(BUILD)/congchao-gate: $(call objects,gate)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS_gate)
$(BUILD)/congchao-portal: $(call objects,portal)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS_portal)
$(BUILD)/congchao-report: $(call objects,report)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS_report)
$(BUILD)/congchao-collect: $(call objects,collect)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS_collect)
$(BUILD)/congchao: $(call objects,ctl)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS_ctl)

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# The schema in one piece, in the order that schema.sql gives; the program has it inside.
SCHEMA = $(addprefix src/collect/,$(shell sed -n 's/^\\ir //p' src/collect/schema.sql))
$(BUILD)/schema.sql: src/collect/schema.sql $(SCHEMA)
	@mkdir -p $(@D)
	$(Q)cat $(SCHEMA) >$@
$(BUILD)/src/collect/schema.o: $(BUILD)/schema.sql
$(BUILD)/src/collect/schema.o: CPPFLAGS += -DSCHEMA_FILE='"$(BUILD)/schema.sql"'

# Unit tests: tests/unit/test_NAME.c, linked with the objects its first lines name
# in a "links:" comment.
UNIT = $(patsubst tests/unit/%.c,$(BUILD)/tests/%,$(wildcard tests/unit/test_*.c))
links = $(shell sed -n 's/^ \* links: //p' $(1))
unit_objects_of = $(patsubst %.c,$(BUILD)/%.o,$(foreach n,$(call links,$(1)),$(call parts,$(n))))
unit_objects = $(call unit_objects_of,tests/unit/$(1).c)

tests: $(UNIT)
.SECONDEXPANSION:
$(BUILD)/tests/%: tests/unit/%.c $$(call unit_objects,$$*)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(ALL_CFLAGS) $(ALL_LDFLAGS) -MMD -MP -o $@ $< $(filter %.o,$^) \
		-lcmocka $(sort $(LIBS_gate) $(LIBS_portal) $(LIBS_report) $(LIBS_ctl) \
		$(LIBS_collect))

# FHS places; make uninstall takes away what make install has put there, and leaves
# configuration and state.
SYSCONFDIR ?= /etc
UNITDIR    ?= $(PREFIX)/lib/systemd/system
MANUALS    = $(filter-out src/collect/%,$(wildcard src/*/*.[58]))
CONTENT    = $(patsubst etc/content/%,%,$(shell find etc/content -type f))
INSTALLED  = $(PREFIX)/sbin/congchao-gate $(PREFIX)/sbin/congchao-portal $(PREFIX)/sbin/congchao \
	$(PREFIX)/sbin/congchao-report \
	$(foreach m,$(MANUALS),$(PREFIX)/share/man/man$(subst .,,$(suffix $(m)))/$(notdir $(m))) \
	$(patsubst www/%,$(PREFIX)/share/congchao/www/%,$(wildcard www/portal/* www/preview/* www/publish/*)) \
	$(UNITDIR)/congchao.service $(UNITDIR)/congchao-report.service \
	$(UNITDIR)/congchao-report.timer $(PREFIX)/lib/sysusers.d/congchao.conf \
	$(PREFIX)/lib/tmpfiles.d/congchao.conf $(PREFIX)/lib/sysctl.d/90-congchao.conf
to = $(Q)install -D -m $(2) $(1) $(DESTDIR)$(3)

install: gateway
	$(call to,$(BUILD)/congchao-gate,755,$(PREFIX)/sbin/congchao-gate)
	$(call to,$(BUILD)/congchao-portal,755,$(PREFIX)/sbin/congchao-portal)
	$(call to,$(BUILD)/congchao,755,$(PREFIX)/sbin/congchao)
	$(call to,$(BUILD)/congchao-report,755,$(PREFIX)/sbin/congchao-report)
	$(Q)for m in $(MANUALS); do \
		install -D -m 644 $$m $(DESTDIR)$(PREFIX)/share/man/man$${m##*.}/$${m##*/} || exit 1; done
	$(Q)for f in www/portal/* www/preview/* www/publish/*; do \
		install -D -m 644 $$f $(DESTDIR)$(PREFIX)/share/congchao/$$f || exit 1; done
	$(call to,etc/systemd/congchao.service,644,$(UNITDIR)/congchao.service)
	$(call to,etc/systemd/congchao-report.service,644,$(UNITDIR)/congchao-report.service)
	$(call to,etc/systemd/congchao-report.timer,644,$(UNITDIR)/congchao-report.timer)
	$(Q)sed -i 's|=/usr/sbin/|=$(PREFIX)/sbin/|' $(DESTDIR)$(UNITDIR)/congchao.service \
		$(DESTDIR)$(UNITDIR)/congchao-report.service
	$(call to,etc/systemd/congchao.sysusers,644,$(PREFIX)/lib/sysusers.d/congchao.conf)
	$(call to,etc/systemd/congchao.tmpfiles,644,$(PREFIX)/lib/tmpfiles.d/congchao.conf)
	$(call to,etc/congchao.sysctl,644,$(PREFIX)/lib/sysctl.d/90-congchao.conf)
	@# The operator's files are never overwritten.
	$(Q)test -e $(DESTDIR)$(SYSCONFDIR)/congchao/congchao.conf || \
		install -D -m 644 etc/congchao.conf $(DESTDIR)$(SYSCONFDIR)/congchao/congchao.conf
	$(Q)for f in $(CONTENT); do test -e $(DESTDIR)$(SYSCONFDIR)/congchao/content/$$f || \
		install -D -m 644 etc/content/$$f $(DESTDIR)$(SYSCONFDIR)/congchao/content/$$f || exit 1; done

uninstall:
	$(Q)rm -f $(addprefix $(DESTDIR),$(INSTALLED))
	$(Q)for f in portal preview publish; do rmdir -p --ignore-fail-on-non-empty \
		$(DESTDIR)$(PREFIX)/share/congchao/www/$$f 2>/dev/null || true; done

# The department's machine is another one: nothing of a gateway is on it.
TIMERS     = $(wildcard etc/systemd/congchao-collect*.timer)
EXAMPLES   = src/collect/citus.sql etc/report.schema.json $(addprefix etc/collect/,nginx.conf haproxy.cfg \
	nginx-dashboard.conf)
DASHBOARD  = $(wildcard www/dashboard/*.* www/dashboard/text/*.cfg) \
	$(addprefix www/dashboard/charts/,charts.js charts.LICENSE.txt)
DEPARTMENT_INSTALLED = $(PREFIX)/sbin/congchao-collect $(PREFIX)/share/man/man8/congchao-collect.8 \
	$(UNITDIR)/congchao-collect.service $(UNITDIR)/congchao-collect@.service \
	$(addprefix $(UNITDIR)/,$(notdir $(TIMERS))) $(PREFIX)/lib/sysusers.d/congchao-collect.conf \
	$(UNITDIR)/congchao-collect-pdf@.service \
	$(addprefix $(PREFIX)/share/congchao/collect/,$(notdir $(EXAMPLES))) \
	$(addprefix $(PREFIX)/share/congchao/,$(DASHBOARD))

install-department: department
	$(call to,$(BUILD)/congchao-collect,755,$(PREFIX)/sbin/congchao-collect)
	$(call to,src/collect/congchao-collect.8,644,$(PREFIX)/share/man/man8/congchao-collect.8)
	$(Q)for f in congchao-collect.service congchao-collect@.service congchao-collect-pdf@.service $(notdir $(TIMERS)); do \
		install -D -m 644 etc/systemd/$$f $(DESTDIR)$(UNITDIR)/$$f || exit 1; \
		sed -i 's|=/usr/sbin/|=$(PREFIX)/sbin/|' $(DESTDIR)$(UNITDIR)/$$f; done
	$(call to,etc/systemd/congchao-collect.sysusers,644,$(PREFIX)/lib/sysusers.d/congchao-collect.conf)
	$(Q)for f in $(EXAMPLES); do \
		install -D -m 644 $$f $(DESTDIR)$(PREFIX)/share/congchao/collect/$${f##*/} || exit 1; done
	$(Q)for f in $(DASHBOARD); do \
		install -D -m 644 $$f $(DESTDIR)$(PREFIX)/share/congchao/$$f || exit 1; done
	$(Q)test -e $(DESTDIR)$(SYSCONFDIR)/congchao/collect.conf || \
		install -D -m 644 etc/collect/collect.conf $(DESTDIR)$(SYSCONFDIR)/congchao/collect.conf

uninstall-department:
	$(Q)rm -f $(addprefix $(DESTDIR),$(DEPARTMENT_INSTALLED))
	$(Q)for f in collect www/dashboard/text www/dashboard/charts; do rmdir -p --ignore-fail-on-non-empty \
		$(DESTDIR)$(PREFIX)/share/congchao/$$f 2>/dev/null || true; done

check:
	scripts/check

# Reports through chaos, for 20 minutes: tests/report/soak MINUTES SITES HOURS for other lengths.
soak: all
	BUILD=$(BUILD) tests/report/soak

# The benchmarks' own programs; release and forward use gate's real code. The department's
# table is of its own, and of 60,000 sites: DEPARTMENT_SITES=600 takes a minute.
BENCH = $(addprefix $(BUILD)/bench/,load post bench_release bench_forward)
BENCH_GATE = $(addprefix $(BUILD)/src/,gate/nl.o gate/rule.o gate/table.o gate/ruleset.o \
	gate/ruleset_install.o gate/ruleset_active.o gate/released.o gate/elements.o common/log.o common/ether.o)
bench: all $(BENCH)
	tests/bench/run --build $(BUILD)
	tests/bench/department --build $(BUILD)
$(BUILD)/bench/load: $(addprefix $(BUILD)/tests/bench/,load.o visit.o conn.o sample.o)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^
$(BUILD)/bench/post: $(addprefix $(BUILD)/tests/bench/,post.o conn.o sample.o)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^
$(BUILD)/bench/bench_%: $(BUILD)/tests/bench/bench_%.o $(BUILD)/tests/bench/rounds.o $(BENCH_GATE)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ -lnftnl -lmnl

clean:
	rm -rf $(BUILD)

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)

.SECONDARY:
.PHONY: all soak gateway department tests install uninstall install-department \
	uninstall-department check bench clean
