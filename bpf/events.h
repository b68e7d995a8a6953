/* What the kernel side tells the helper: the records of the ring and of walks, and counters. Part
 * of abi.h; who wants it includes that.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SALLYPORT_BPF_EVENTS_H
#define SALLYPORT_BPF_EVENTS_H

enum sp_event_type {
    SP_EVENT_EXEC = 1,
    SP_EVENT_FORK = 2,
    SP_EVENT_EXIT = 3,
    SP_EVENT_FLOW = 4,  /* first decision of a flow, or a changed one */
    SP_EVENT_HELD = 5,  /* the same for a held flow, with a copy of the packet */
    SP_EVENT_END = 6,   /* the flow is over; final counts */
    SP_EVENT_DNS = 7,   /* a DNS message that passed, or a piece of one, with a copy */
    SP_EVENT_QUOTA = 8, /* a quota is used up; once, before what is told of the packet */
    SP_EVENT_SAID = 9,  /* what a flow's program sent first, and goes on, with a copy */
    SP_EVENT_DEAF = 10, /* a listener is gone, and with it the flows of those who knocked there */
};

struct sp_event {
    __u32 type;
    __u32 size;    /* of the whole record that follows, this head included */
    __u64 time_ns; /* CLOCK_BOOTTIME */
};

#define SP_PATH_BYTES 1024u /* then one more component, of SP_NAME_BYTES at most */
#define SP_NAME_BYTES 256u
#define SP_ARGV_BYTES 1024u
#define SP_SCRIPT_BYTES 1024u
/* Twice the path: to 6.1's verifier its bytes are below the next power of two. */
#define SP_TEXT_BYTES (2 * SP_PATH_BYTES + SP_ARGV_BYTES + SP_SCRIPT_BYTES)

#define SP_EXEC_MEMORY 1u    /* memfd or another file without a name */
#define SP_EXEC_DELETED 2u   /* no link left at exec */
#define SP_EXEC_INVENTORY 8u /* ran before the programs were attached (iter/task); no arguments */
#define SP_EXEC_TRUNCATED 4u /* the path is longer than there is room: components are missing */
#define SP_EXEC_USERNS 16u   /* in a user namespace that somebody made */

struct sp_event_exec {
    struct sp_event head;
    struct sp_task task;
    struct sp_file_key file;
    struct sp_file_key directory; /* working directory; no ctime */
    __u64 parent_serial;          /* exec serial of the parent; 0: unknown */
    __u64 cgroup;                 /* number in the tree of version 2 */
    __u32 tgid;
    __u32 parent_tgid;
    __u32 uid; /* real uid */
    __u32 euid;
    __u32 mntns; /* inode number of the mount namespace */
    __u32 flags; /* SP_EXEC_ */
    __u32 path_bytes;
    __u32 argv_bytes;   /* SP_ARGV_BYTES - 1 at most: cut */
    __u32 script_bytes; /* SP_SCRIPT_BYTES - 1 at most: cut; 0: none */
    __u32 zero;
};

/* What follows, one behind the other: the path, components leaf first, each ended by a zero byte
 * ("curl\0bin\0usr\0" is /usr/bin/curl); the arguments, each ended by a zero byte; the file that
 * was executed when "#!" led to an interpreter, ended by one. In the ring the record ends there. */
struct sp_event_exec_text {
    struct sp_event_exec exec;
    char text[SP_TEXT_BYTES];
};

struct sp_event_fork {
    struct sp_event head;
    struct sp_task task; /* of the child */
    __u32 tgid;
    __u32 parent_tgid;
};

struct sp_event_exit {
    struct sp_event head;
    __u64 serial;
    __u32 tgid;
    __u32 code;
};

struct sp_event_flow {
    struct sp_event head;
    struct sp_flow_key key;
    struct sp_owner owner;
    struct sp_flow flow;
    union sp_addr local;
    __u16 lport;
    __u8 direction; /* SP_DIRECTION_OUT or _IN */
    __u8 tcp_state; /* 0 when not TCP */
    __u32 ifindex;
    __u32 mark;
    __u32 packet_bytes; /* of the copy that follows; 0: none */
    __u32 packet_whole; /* 1: the copy is the whole packet and may be injected */
    __u32 packet_more;  /* 1: first data of TCP, and the program has written more than it */
};

struct sp_event_deaf {
    struct sp_event head;
    __u64 cookie; /* of the listener */
};

struct sp_event_quota {
    struct sp_event head;
    __u32 rule;
    __u32 zero;
};

/* A held packet is copied into the smallest class that holds it; larger ones are not copied. */
#define SP_PACKET_SMALL 256u
#define SP_PACKET_MEDIUM 2048u
#define SP_PACKET_LARGE 65536u

struct sp_event_held_small {
    struct sp_event_flow flow;
    __u8 packet[SP_PACKET_SMALL];
};
struct sp_event_held_medium {
    struct sp_event_flow flow;
    __u8 packet[SP_PACKET_MEDIUM];
};
struct sp_event_held_large {
    struct sp_event_flow flow;
    __u8 packet[SP_PACKET_LARGE];
};

#define SP_DNS_PORT 53u
#define SP_DNS_HEADER 12u
/* A message is copied into the smallest of these that holds it; of a longer one its beginning. Only
 * over TCP is there the largest: of a segment, as large as it is before it is cut for the wire. */
#define SP_DNS_SMALL 512u
#define SP_DNS_LARGE 4096u
#define SP_DNS_SEGMENT 65536u

/* A question on its way to a server's port, or what came from there, before the program can read
 * it. Over TCP a segment's piece of the stream of them (each has its length in front, two bytes),
 * as the segments come: cut anywhere, in any order, and also repeated. */
struct sp_event_dns {
    struct sp_event head;
    struct sp_owner owner; /* of the socket */
    union sp_addr server;
    __u64 cookie; /* of the socket */
    __u16 port;   /* the server's */
    __u16 lport;
    __u32 answer;   /* 1: came from the server; counted in sp_config.names_told before this can be
                       read */
    __u32 bytes;    /* of the message that follows */
    __u32 stream;   /* 1: over TCP */
    __u32 sequence; /* over TCP: of the first byte */
    __u32 expected; /* over TCP: of what the socket had not got by then, or of the first byte */
};

struct sp_event_dns_small {
    struct sp_event_dns dns;
    __u8 message[SP_DNS_SMALL];
};
struct sp_event_dns_large {
    struct sp_event_dns dns;
    __u8 message[SP_DNS_LARGE];
};
struct sp_event_dns_segment {
    struct sp_event_dns dns;
    __u8 message[SP_DNS_SEGMENT];
};

/* Map `counters`, per CPU, one entry. */
struct sp_counters {
    __u64 events_lost;      /* the ring was full */
    __u64 packets_unparsed; /* dropped because they could not be read, or go astray */
    __u64 tasks_full;       /* a process got no identity */
    __u64 sockets_full;     /* a socket got no storage and was refused */
    __u64 table_races;      /* the policy changed twice while it was read; the packet was held */
};

/* Record of the walks over all sockets: one per socket. */
struct sp_socket_record {
    struct sp_socket socket;
};

/* What the walk sp_iter_packet_sockets writes: one for each open file, maybe several of a process.
 */
struct sp_packet_socket {
    struct sp_owner owner; /* whoever has the file open; netns is the socket's */
    __u32 family;          /* AF_PACKET or AF_XDP */
    __u32 zero;
};
SP_STATIC_ASSERT(sizeof(struct sp_packet_socket) == 40, "no padding");

/* What the walk sp_iter_listeners writes: one for each open file of a socket that waits for others
 * to call, maybe several of one socket. */
struct sp_listener {
    struct sp_owner owner; /* whoever has the file open; netns is the socket's */
    __u64 cookie;
    __u64 cgroup;        /* the socket's: inode number of its folder */
    union sp_addr local; /* unspecified: all of the machine's */
    __u16 lport;
    __u8 protocol;
    __u8 zero[5];
};
SP_STATIC_ASSERT(sizeof(struct sp_listener) == 72, "no padding");

#endif
