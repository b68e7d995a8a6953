/* What the kernel side and the helper share: map keys and values, events, limits.
 * Plain C that the BPF compiler and C++ both read. Numbers are in host byte order unless a comment
 * says otherwise; addresses are in network order.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SALLYPORT_BPF_ABI_H
#define SALLYPORT_BPF_ABI_H

#include <linux/types.h>

#ifdef __cplusplus
#define SP_STATIC_ASSERT static_assert
#else
#define SP_STATIC_ASSERT _Static_assert
#endif

/* Goes up with every change of a layout below; pinned maps of another version are rebuilt. */
#define SP_ABI_VERSION 17

#define SP_CONFIG_SECTION ".data.config" /* and the name of the map it becomes */

#define SP_MAX_RULES \
    65536u /* in one table; two tables are kept (one in force, one being written) */
#define SP_MAX_LINES (SP_MAX_RULES + 8192u) /* with those of SP_PATTERN_UNSAID and _GOES */
#define SP_MAX_TASKS 65536u
#define SP_MAX_APPS 16384u
#define SP_MAX_SLICES 147456u  /* of both tables together: a line each, at worst */
#define SP_MAX_LIMITS 4096u    /* rules that limit speed or have a quota */
#define SP_MAX_NAMED 16384u    /* addresses known by names, for each process that asked */
#define SP_MAX_LISTED 1048576u /* prefixes of all lists together */
#define SP_MAX_ANSWERS 16384u  /* flows answered "this connection only" */
#define SP_MAX_PEERS 16384u    /* further peers of datagram sockets and listeners */
#define SP_STREAM_SLOTS 16384u /* TCP sockets that are found at once; a power of two */
#define SP_MAX_STREAMS 262144u /* further ones, whose slot was taken */
#define SP_MAX_ARRIVALS 4096u
#define SP_MAX_CLOSED 1024u
#define SP_RING_BYTES (8u << 20)

/* Application numbers. The helper gives those from SP_APP_FIRST on. */
#define SP_APP_UNRESOLVED 0u /* not known yet: the flow waits until the helper says */
#define SP_APP_KERNEL 1u     /* the Linux kernel's own sockets */
#define SP_APP_ANY 2u        /* of no flow: where rules by name for every application stand */
#define SP_APP_FIRST 16u

/* An address of either family; IPv4 as ::ffff:a.b.c.d. Network order. */
union sp_addr {
    __u8 bytes[16];
    __u32 words[4];
    __u64 halves[2];
};
SP_STATIC_ASSERT(sizeof(union sp_addr) == 16, "an IPv6 address");

/* ---- decisions ------------------------------------------------------------------------------ */

enum sp_verdict {
    SP_VERDICT_NONE = 0, /* not decided */
    SP_VERDICT_ALLOW = 1,
    SP_VERDICT_BLOCK_ERROR = 2,  /* the program gets EPERM */
    SP_VERDICT_BLOCK_REFUSE = 3, /* the program gets ECONNREFUSED */
    SP_VERDICT_BLOCK_SILENT = 4, /* the packet vanishes */
    SP_VERDICT_HOLD = 5,         /* waits for a person */
    SP_VERDICT_UNRESOLVED = 6,   /* waits for the helper to say who the program is */
    SP_VERDICT_LIMIT = 7,        /* allowed, as fast and as much as the rule's limit says */
    SP_VERDICT_FIRST_DATA = 8,   /* a rule asks for what only the program itself can say, a name or
                                    an HTTP request: the connection begins, its data waits until
                                    the helper has read it */
    SP_VERDICT_AUDIT = 9,        /* of a line alone: judged it is ALLOW, SP_REASON_AUDIT_RULE */
};

enum sp_reason {
    SP_REASON_NONE = 0,
    SP_REASON_RULE = 1,
    SP_REASON_ANSWER = 2, /* answered for this flow only (or its time ran out) */
    SP_REASON_MODE = 3,   /* no rule: what the mode says */
    SP_REASON_PAUSED = 4,
    SP_REASON_BLOCK_ALL = 5,
    SP_REASON_AUDIT_RULE = 6, /* the rule would have blocked it, but for being an audit */
    SP_REASON_AUDIT_MODE = 7, /* no rule: what lock down would have blocked */
};

/* A decision is one 64-bit word, so that it is written and read whole:
 *   bits 0-3 verdict, 4-7 reason, 8-31 rule id, 32-63 generation of the policy that gave it. */
#define SP_DECISION(generation, rule, reason, verdict)                \
    (((__u64)(generation) << 32) | ((__u64)((rule)&0xffffffu) << 8) | \
     ((__u64)((reason)&0xfu) << 4) | ((__u64)((verdict)&0xfu)))
#define SP_DECISION_VERDICT(d) ((__u32)((d)&0xf))
#define SP_DECISION_REASON(d) ((__u32)(((d) >> 4) & 0xf))
#define SP_DECISION_RULE(d) ((__u32)(((d) >> 8) & 0xffffff))
#define SP_DECISION_GENERATION(d) ((__u32)((d) >> 32))

enum sp_mode {
    SP_MODE_ASK = 0,       /* no rule: hold */
    SP_MODE_LEARN = 1,     /* no rule: allow, reason mode */
    SP_MODE_LOCK_DOWN = 2, /* no rule: block with an error */
    SP_MODE_AUDIT = 3,     /* no rule: allow, reason audit */
};

/* ---- policy --------------------------------------------------------------------------------- */

#define SP_DIRECTION_OUT 1u
#define SP_DIRECTION_IN 2u

#define SP_RULE_HAS_UID 1u
#define SP_RULE_HAS_LPORT 2u /* local ports are restricted */
#define SP_RULE_HAS_RPORT 4u /* remote ports are restricted: never matches a flow without ports */
/* These are in the second cache line, which is looked at for no other rule. */
#define SP_RULE_HAS_PROCESS 8u
#define SP_RULE_HAS_LOCAL 16u     /* the local address is restricted */
#define SP_RULE_HAS_INTERFACE 32u /* the interface is restricted */
/* What is compared at this end. */
#define SP_RULE_HAS_HERE (SP_RULE_HAS_LPORT | SP_RULE_HAS_LOCAL | SP_RULE_HAS_INTERFACE)

/* What no interface has (include/linux/netdevice.h, ifindex: a positive int). */
#define SP_IFINDEX_GONE 0xffffffffu      /* of a rule: there is no such interface now */
#define SP_IFINDEX_ELSEWHERE 0xfffffffeu /* of a flow: in another network namespace */

/* One line of a table. The application and the pattern of names are those of the slice it stands
 * in. Two cache lines, the first of which is enough for almost every rule. */
struct sp_rule {
    union sp_addr remote;      /* already masked */
    union sp_addr remote_mask; /* all zero: any remote */
    __u32 rank;                /* place in the order of the whole table, from 1: lower goes first */
    __u32 id;                  /* the helper's rule id, below 2^24 */
    __u32 started_by;          /* application number of the parent; 0: any */
    __u32 uid;                 /* only with SP_RULE_HAS_UID */
    __u16 rport_first, rport_last;
    __u16 lport_first, lport_last;
    __u8 protocol;  /* 0: any */
    __u8 direction; /* SP_DIRECTION_ bits */
    __u8 verdict;   /* enum sp_verdict: ALLOW, LIMIT, AUDIT, FIRST_DATA or one of BLOCK_ */
    __u8 flags;     /* SP_RULE_ bits */
    __u32 pattern;  /* 0: whatever names the remote has */

    __u64 process;       /* exec serial */
    union sp_addr local; /* already masked */
    union sp_addr local_mask;
    __u32 ifindex; /* SP_IFINDEX_GONE: fits no flow whose interface is known */
    __u32 zero[5];
};
SP_STATIC_ASSERT(sizeof(struct sp_rule) == 128, "two cache lines");
SP_STATIC_ASSERT(__builtin_offsetof(struct sp_rule, process) == 64, "where the second begins");

/* A run of rules in a table, in order of precedence. */
struct sp_slice {
    __u32 first;
    __u32 count;
};
/* The helper writes slices of the table that is not in force; key of the map `slices`. Rules for
 * every application that ask for no name are not in the map but in sp_policy.any. */
struct sp_slice_key {
    __u32 app;     /* SP_APP_ANY: rules for every application */
    __u32 table;   /* generation & 1 */
    __u32 pattern; /* that the name of the remote must match, or a list that must contain it; 0:
                      rules that ask for neither */
};

/* What a rule with SP_VERDICT_LIMIT lets through each way, over all its flows. Map `limits`, by the
 * rule's id; one for both tables. Bytes are those of IP packets. */
struct sp_bucket {
    __u64 bytes_a_second; /* 0: no limit */
    /* All that follows the programs write; see speed.h. */
    __u64 next_ns; /* CLOCK_MONOTONIC */
    __u64 span;    /* number of the span of time that `busy` is of */
    __u32 busy;    /* flows that use their part of the limit */
    __u32 busy_before;
};
/* And how much both ways together. A packet that would go beyond it does not go, and from then on
 * the rule has the verdict `spent`. */
struct sp_quota {
    __u64 bytes; /* 0: no quota */
    __u64 used;  /* the programs count it up; `bytes` or more: it is used up */
    __u64 count; /* the helper's name for this count: of one rule and one period */
    __u32 spent; /* enum sp_verdict: BLOCK_, HOLD, or LIMIT, which lets more through */
    __u32 zero;
};
struct sp_limit {
    struct sp_bucket up, down;
    struct sp_quota quota;
};
SP_STATIC_ASSERT(sizeof(struct sp_limit) == 96, "no padding");

/* What one socket has of its rule's limit; see speed.h. Map `shares`. */
struct sp_part {
    __u64 next_ns; /* CLOCK_MONOTONIC */
    __u64 span;    /* number of the span of time that `bytes` is of; 0: none yet */
    __u64 bytes;
    __u32 busy; /* 1: counted in this span */
    __u32 zero;
};
struct sp_share {
    struct sp_part up, down;
    __u32 pace;   /* bytes a second at which TCP sends by itself; 0: it is not told */
    __u32 own;    /* what its program wanted before (SO_MAX_PACING_RATE) */
    __u32 window; /* segments, the most that may be under way; 0: it is not told */
    __u32 zero;
};
SP_STATIC_ASSERT(sizeof(struct sp_share) == 80, "no padding");

/* Which patterns of names the remote matches, by the names it is known as. Map `named`. */
struct sp_named_key {
    union sp_addr remote;
    __u64 process; /* exec serial of who was told the name; 0: who asked the system's resolver */
};
SP_STATIC_ASSERT(sizeof(struct sp_named_key) == 24, "no holes: it is a hash key");

/* Of no pattern: a slice of this number has the lines of rules that ask for a name, whichever, or
 * for a list that has names, with SP_VERDICT_FIRST_DATA; of several that differ in the name alone,
 * the first. Where no name is known they say whether one matters. */
#define SP_PATTERN_UNSAID 65u /* the next after those of lists */
/* Likewise, of those of them that may let go: where the connection is blocked without a name, only
 * they say whether one matters. */
#define SP_PATTERN_UNSAID_GOES 66u

#define SP_MAX_PATTERNS 31u
struct sp_named {
    __u32 count; /* 0: a name is known, and none matches. Above SP_MAX_PATTERNS: too many to say, so
                    the flow waits for the helper */
    __u32 patterns[SP_MAX_PATTERNS];
};
SP_STATIC_ASSERT(sizeof(struct sp_named) == 128, "two cache lines");

/* The lists that contain a prefix, and with it every address for which the map `listed` has no
 * longer one. A list's number, from 1, is the pattern of the rules that ask for it, whether its
 * entries are names or prefixes; patterns of names have other numbers. */
#define SP_LISTS 64u
struct sp_listed_key {
    __u32 bits; /* 0..128; of an IPv4 prefix 96 more than it is written with */
    __u8 remote[16];
};
SP_STATIC_ASSERT(sizeof(struct sp_listed_key) == 20, "no holes: the kernel reads it as bytes");

#define SP_MAX_LISTS_OF 7u
struct sp_listed {
    __u8 count; /* 0: none, inside a prefix that is in some. Above SP_MAX_LISTS_OF: too many to say,
                   so the flow waits for the helper */
    __u8 lists[SP_MAX_LISTS_OF];
};
SP_STATIC_ASSERT(sizeof(struct sp_listed) == 8, "with its key and links 64 bytes of the kernel's");

/* Head of a table; map `policies`, entry generation & 1. The kernel trusts a table only while its
 * generation is the one in sp_config, before and after it was read. */
struct sp_policy {
    __u32 generation;
    __u32 mode;          /* enum sp_mode */
    __u32 block_all;     /* 1: everything but loopback is blocked, whatever the rules say */
    __u32 named;         /* how many lines ask for a name or a list; 0: nobody looks for names */
    __u64 paused_until;  /* CLOCK_BOOTTIME ns; until then everything passes */
    struct sp_slice any; /* rules for every application that ask for no name */
    __u32 named_first;   /* rank of the first line that does; only with `named` */
    __u32 any_first;     /* rank of the first line of `any` */
    __u32 listed;        /* of `named`, how many ask for a list; 0: nobody looks into `listed` */
    __u32 zero;
};
SP_STATIC_ASSERT(sizeof(struct sp_policy) == 48, "two of them");

#define SP_WALK_BUSY 0u    /* flows that carried something since a walk told of them */
#define SP_WALK_FLOWS 1u   /* every flow */
#define SP_WALK_SOCKETS 2u /* every socket */

/* Map `config`, one entry, memory mapped by the helper. */
struct sp_config {
    __u32 abi_version;
    __u32 generation; /* of the policy in force; 0: none yet, nothing passes */
    __u32 epoch;      /* goes up when a helper starts: what is held is reported again */
    __u32 helper_tgid;
    __u64 helper_netns;     /* netns cookie of the helper */
    __u64 inject_cookie[4]; /* sockets that send held packets: IPv4, IPv6, and the same of another
                               network namespace */
    __u64 next_serial;      /* last exec serial given; the kernel side counts it up */
    __u64 spilled;          /* how many sockets are in `streams` */
    __u64 slept_ns;         /* CLOCK_BOOTTIME - CLOCK_MONOTONIC: what the machine was suspended */
    __u64 tick_ns;          /* of which jiffies are the number */
    __u64 said;             /* socket cookie: whose first data goes on; 0: that of all */
    __u32 watched;          /* 1: TCP flows that rules allow are reported when they begin, too */
    __u32 walk;             /* SP_WALK_: what the walks over sockets tell of */
    __u32 paces;            /* 1: a rule limits what is sent */
    __u32 zero;
    __u64 number_key; /* the helper draws the numbers of applications with it, as long as these
                         maps live; 0: none was made yet */
    /* Names in flight: where these differ, what hangs on a name waits for the helper. */
    __u64 names_told; /* DNS answers (of TCP: pieces) that have a place in the ring; the programs
                         count them, before they can be read: names_read is never ahead */
    __u64 names_read; /* of those, how many are in `named`; the helper writes it, after that. With
                         SP_NAMES_MISSING there was no room for some, and it never is the same */
};
#define SP_NAMES_MISSING (1ull << 63)

/* What is known of a flow when it is judged. */
struct sp_attempt {
    union sp_addr remote;
    __u64 process;
    __u32 app;
    __u32 started_by; /* 0: not known */
    __u32 uid;
    __u16 rport;
    __u16 lport;
    __u8 protocol;
    __u8 direction;  /* one of SP_DIRECTION_ */
    __u8 has_ports;  /* 0: rports and lports cannot be trusted or do not exist */
    __u8 lport_open; /* 1: connect() of an unbound socket, lport is chosen only after it. Where a
                        rule asks for local ports the verdict is SP_VERDICT_UNRESOLVED then, and
                        the packet hooks, which know the port, decide */
    __u32 ifindex;   /* 0: not known yet, with the same consequence; or SP_IFINDEX_ELSEWHERE */
    union sp_addr local; /* all zero: the same */
};

/* ---- identity ------------------------------------------------------------------------------- */

/* An executable file as the kernel saw it at exec. */
struct sp_file_key {
    __u64 inode;
    __u64 ctime_ns; /* Unix ns of the last change of the inode */
    __u32 device;   /* super block: major << 20 | minor */
    __u32 disk;     /* of a block device, which another may have next: the last bits of the number
                       that the kernel gave what it holds (gendisk.diskseq); else 0 */
};

#define SP_APP_EACH_PROCESS 1u /* interpreter or loader: the helper resolves every exec of it */

struct sp_app {
    __u32 app;
    __u32 flags;
};

/* Map `tasks`, key tgid (host pid namespace). Written at exec and fork by the kernel side, by the
 * helper at start and when it resolves an application. Full: the process has no identity, its
 * flows are unresolved. */
struct sp_task {
    __u64 start_ns; /* CLOCK_BOOTTIME of the process: tells a reused pid apart */
    __u64 serial;   /* of the exec; shared by forks; 0 is never given */
    __u64 execs; /* task_struct.self_exec_id, which every exec counts up: differs where the report
                    of an exec was missed */
    __u32 app;
    __u32 parent_app; /* application of the parent at exec */
};

/* What the program sp_set_task is run with, and what it returns. */
struct sp_set_task {
    __u64 serial; /* which the process must have for this to be done */
    __u32 tgid;
    __u32 app;
    __u32 parent_app;
    __u32 zero;
};
#define SP_SET_TASK_DONE 0u
#define SP_SET_TASK_GONE 1u

/* ---- flows ---------------------------------------------------------------------------------- */

/* Instead of a protocol: making a socket of AF_PACKET or AF_XDP, of which no packet is judged. It
 * is outbound, without an address. No packet has this number (RFC 1700, "reserved"). */
#define SP_PROTOCOL_FRAMES 255
/* There is no socket yet: its place in the key has this bit, which no cookie has, and the exec
 * serial of the process, or the other bit too and its tgid. */
#define SP_FRAMES_COOKIE (1ull << 63)
#define SP_FRAMES_NAMELESS (1ull << 62)

/* A flow for the helper and in the maps `answers` and `peers`. */
struct sp_flow_key {
    __u64 cookie; /* of the socket */
    union sp_addr remote;
    __u16 rport;
    __u8 protocol;
    __u8 zero[5];
};
SP_STATIC_ASSERT(sizeof(struct sp_flow_key) == 32, "no holes: it is a hash key");

#define SP_ANSWER_READ 1u /* only FIRST_DATA; some of a TCP connection's data is read, and goes */
#define SP_ANSWER_BY_RULES 2u /* what rules or the mode say, where the kernel could not tell */

struct sp_answer {
    __u32 verdict; /* enum sp_verdict: ALLOW, LIMIT, BLOCK_ or FIRST_DATA */
    __u32 rule;    /* whose limit it is; else 0 */
    __u32 flags;   /* SP_ANSWER_ */
    __u32 until;   /* with SP_ANSWER_READ: the sequence number that follows what is read */
    __u64 process; /* exec serial of whom it is for; 0: whoever has the socket */
};

#define SP_FLOW_OPEN 1u /* has been reported */
#define SP_FLOW_WAS_HELD 2u
#define SP_FLOW_INBOUND 4u
#define SP_FLOW_ENDED 8u
#define SP_FLOW_LISTENS 16u  /* a listener that stands in the map `listening` */
#define SP_FLOW_PEER 32u     /* sp_socket: the first peer is found, and is being written down */
#define SP_FLOW_MENDED 64u   /* was held; its SYN is tried as often as others' again */
#define SP_FLOW_KNOCKED 128u /* a listener some of whose peers are in the map `peers` */
#define SP_FLOW_PASSED 256u  /* allowed while nobody watched: it is reported when it ends */
#define SP_FLOW_DNS 512u     /* a TCP flow to the port of DNS, of which every packet is looked at */
#define SP_FLOW_ASKED 1024u  /* one of those whose program has begun with a question */
#define SP_FLOW_MORE 2048u   /* more is queued behind the first data last reported */
#define SP_FLOW_SAYS 4096u   /* its program may yet say a name: it has sent no data, or little */
#define SP_FLOW_KNOCK                                                          \
    8192u /* of a peer's SYN at a listener: no socket ends it, the helper does \
           */

/* Bounds of what one held flow may leave in the ring. */
#define SP_HELD_PACKETS 32u
#define SP_HELD_BYTES 65536u

struct sp_flow {
    __u64 decision; /* SP_DECISION */
    __u64 reported; /* decision last told to the helper */
    __u64 sent;     /* bytes of IP packets */
    __u64 received;
    __u64 started_ns; /* CLOCK_BOOTTIME */
    __u32 flags;      /* SP_FLOW_ */
    __u16 held_epoch; /* low half of sp_config.epoch in which it was reported held */
    __u16 held_packets;
    __u32 held_bytes; /* FIRST_DATA of TCP: sequence number after the data last reported */
    __u32 told;       /* low half of sent + received when a walk told the helper of it last */
};

struct sp_owner {
    __u64 serial;
    __u64 netns; /* cookie */
    __u32 tgid;
    __u32 uid;
    __u32 app;
    __u32 parent_app;
};

/* Value of the map `peers`. Another serial than the socket's owner: decide again. */
struct sp_peer {
    struct sp_flow flow;
    __u64 serial;
};

/* A socket. TCP sockets live in the map `stream_slots`, or in `streams` when their slot is taken;
 * all others in socket storage, map `sockets`. The first peer lives here; further peers of datagram
 * sockets and those of listeners live in `peers`. What every packet needs is in the first cache
 * line. */
struct sp_socket {
    struct sp_flow flow;
    __u64 cookie; /* in `stream_slots` 0: free, and all else in it but `spilled` is 0 too */
    struct sp_owner owner;
    union sp_addr remote;
    __u16 rport;
    __u16 lport;
    __u8 protocol;
    __u8 has_peer; /* remote, rport, protocol are set */
    __u8 inbound;  /* accepted from a listener */
    __u8 kernel;   /* opened by the kernel itself */
    __u32 refused; /* fingerprint of the peer last refused and the second in which it was told */
    __u32 spilled; /* in `stream_slots`: how many sockets of this slot are in `streams` */
};
SP_STATIC_ASSERT(sizeof(struct sp_socket) == 128, "two cache lines");

/* A process between two execs. Equal: the same owner, without a look into `tasks`. */
struct sp_sender {
    __u64 start_ns; /* CLOCK_BOOTTIME of the process */
    __u64 execs;    /* task_struct.self_exec_id: counted up by every exec */
    __u32 tgid;
    __u32 zero;
};

/* Value of the map `sockets`. */
struct sp_datagram {
    struct sp_socket socket; /* first: a pointer to it is one to the whole */
    struct sp_sender sender; /* who sent last, and was found to be the owner */
};

/* Map `listening`, by local port: who listens there. More than one can, on other addresses, in
 * other network namespaces or with SO_REUSEPORT. */
struct sp_listening {
    __u64 cookies; /* their sum: with one listener its cookie */
    __u64 since;   /* jiffies from which on it was as it is; 0: only one ever came */
    __u32 sockets; /* how many */
    __u32 zero;
};

/* Whose a listener is, or was. */
struct sp_host {
    struct sp_owner owner;
    __u64 first, last; /* jiffies: when it listened, both included; not used in `arrivals` */
    __u32 kernel;      /* 1: the kernel itself */
    __u32 zero;
};

/* Map `closed`, by local port: who listened there, the last one first. */
#define SP_PAST_HOSTS 4
struct sp_closed {
    struct sp_host hosts[SP_PAST_HOSTS];
};

/* Map `arrivals`: at whose listener a peer knocked, where several listen on the port. */
struct sp_arrival_key {
    union sp_addr remote;
    union sp_addr local;
    __u64 netns; /* cookie */
    __u16 rport;
    __u16 lport;
    __u32 zero;
};
SP_STATIC_ASSERT(sizeof(struct sp_arrival_key) == 48, "no holes: it is a hash key");

#include "events.h"

#endif
