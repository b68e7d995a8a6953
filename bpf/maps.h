/* Every map, once. Each says who writes it, who reads it, and what a full one means.
 * They are weak because each program file defines them and the linker keeps one.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SALLYPORT_BPF_MAPS_H
#define SALLYPORT_BPF_MAPS_H

#include "vmlinux.h"
#include "abi.h"
#include <bpf/bpf_helpers.h>

/* Helper writes, all programs read; next_serial is counted up by the programs. A variable, which
 * the packet programs read without looking it up; defined in config.bpf.c. */
extern struct sp_config config;

/* Helper writes the entry that is not in force; programs read the other. */
struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 2);
    __type(key, __u32);
    __type(value, struct sp_policy);
} policies SEC(".maps") __weak;

/* As policies; line i of table t is entry t * SP_MAX_LINES + i. */
struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 2 * SP_MAX_LINES);
    __uint(map_flags, BPF_F_MMAPABLE); /* the helper writes tens of thousands of them at once */
    __type(key, __u32);
    __type(value, struct sp_rule);
} rules SEC(".maps") __weak;

/* As policies. Cannot be full: no slice is empty. */
struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, SP_MAX_SLICES);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __type(key, struct sp_slice_key);
    __type(value, struct sp_slice);
} slices SEC(".maps") __weak;

/* Helper writes rates and quotas, programs the clocks and what is used. Cannot be full: a policy
 * with more than half of it is refused, and those of the one before go when it is in force. */
struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 2 * SP_MAX_LIMITS);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __type(key, __u32);
    __type(value, struct sp_limit);
} limits SEC(".maps") __weak;

/* Sockets whose speed is limited. Programs write and read. No memory: nothing goes. */
struct {
    __uint(type, BPF_MAP_TYPE_SK_STORAGE);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __type(key, int);
    __type(value, struct sp_share);
} shares SEC(".maps") __weak;

/* Helper writes, programs read. Full: names are in flight until there is room (SP_NAMES_MISSING),
 * and what hangs on a name waits for the helper. */
struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, SP_MAX_NAMED);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __type(key, struct sp_named_key);
    __type(value, struct sp_named);
} named SEC(".maps") __weak;

/* Helper writes, programs read. Full: the helper refuses the list, and the old one stays. */
struct {
    __uint(type, BPF_MAP_TYPE_LPM_TRIE);
    __uint(max_entries, SP_MAX_LISTED);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __type(key, struct sp_listed_key);
    __type(value, struct sp_listed);
} listed SEC(".maps") __weak;

/* Helper writes, exec reads. Full: of the file that was not run for longest nothing is known any
 * more; the helper names the next process of it. */
struct {
    __uint(type, BPF_MAP_TYPE_LRU_HASH);
    __uint(max_entries, SP_MAX_APPS);
    __type(key, struct sp_file_key);
    __type(value, struct sp_app);
} apps SEC(".maps") __weak;

/* Exec, fork, exit and the helper write; the socket programs read. Full: no identity, the
 * process's flows are unresolved and wait for the helper. */
struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, SP_MAX_TASKS);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __type(key, __u32);
    __type(value, struct sp_task);
} tasks SEC(".maps") __weak;

/* Helper writes, programs read where no rule decides. Full: the helper cannot answer, the flow
 * goes on waiting. */
struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, SP_MAX_ANSWERS);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __type(key, struct sp_flow_key);
    __type(value, struct sp_answer);
} answers SEC(".maps") __weak;

/* Packet programs write and read; the helper reads counts. Full: the least used entry goes and is
 * decided anew at its next packet. */
struct {
    __uint(type, BPF_MAP_TYPE_LRU_HASH);
    __uint(max_entries, SP_MAX_PEERS);
    __type(key, struct sp_flow_key);
    __type(value, struct sp_peer);
} peers SEC(".maps") __weak;

/* Sockets that are not TCP. Socket programs write and read. No memory: the socket is refused. */
struct {
    __uint(type, BPF_MAP_TYPE_SK_STORAGE);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __type(key, int);
    __type(value, struct sp_datagram);
} sockets SEC(".maps") __weak;

/* TCP sockets, by the low bits of their cookie; see streams.h. Programs write and read, the helper
 * reads. Slot taken: the socket is in `streams`. Mapped memory begins on a page, so that an entry
 * is two cache lines and not three. */
struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, SP_STREAM_SLOTS);
    __uint(map_flags, BPF_F_MMAPABLE);
    __type(key, __u32);
    __type(value, struct sp_socket);
} stream_slots SEC(".maps") __weak;

/* As stream_slots, by cookie. Full: the connection is refused. */
struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, SP_MAX_STREAMS);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __type(key, __u64);
    __type(value, struct sp_socket);
} streams SEC(".maps") __weak;

/* TCP listeners by local port. Programs write and read. */
struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 65536);
    __type(key, __u32);
    __type(value, struct sp_listening);
} listening SEC(".maps") __weak;

/* Programs write and read. Full: the oldest goes; it is needed only from a peer's packet to the
 * socket that this packet makes. */
struct {
    __uint(type, BPF_MAP_TYPE_LRU_HASH);
    __uint(max_entries, SP_MAX_ARRIVALS);
    __type(key, struct sp_arrival_key);
    __type(value, struct sp_host);
} arrivals SEC(".maps") __weak;

/* The last TCP listeners that were closed, by local port: what they accepted may have no packet
 * until then. Programs write and read. Full: the oldest go, and whom they accepted has no owner
 * until the helper looks for it. */
struct {
    __uint(type, BPF_MAP_TYPE_LRU_HASH);
    __uint(max_entries, SP_MAX_CLOSED);
    __type(key, __u32);
    __type(value, struct sp_closed);
} closed SEC(".maps") __weak;

/* Programs write, the helper reads: one order for identity and flows. Full: the report is lost and
 * counted; the verdict does not depend on it, and what is held is reported again. A DNS message
 * goes no further then, where a rule asks for names. */
struct {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, SP_RING_BYTES);
} events SEC(".maps") __weak;

/* Programs write, the helper reads. */
struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, struct sp_counters);
} counters SEC(".maps") __weak;

/* Room for one exec record: for the inventory, and for the program that just starts. The first may
 * be interrupted by the second, and none by its like (__bpf_trace_run() in the kernel's
 * kernel/trace/bpf_trace.c: the one that interrupts is not run). */
#define SP_SCRATCH_INVENTORY 0
#define SP_SCRATCH_EXEC 1
struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, 2);
    __type(key, __u32);
    __type(value, struct sp_event_exec_text);
} scratch SEC(".maps") __weak;

#endif
