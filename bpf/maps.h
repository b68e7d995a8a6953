/* Every map, once. Each says who writes it, who reads it, and what a full one means.
 * They are weak because each program file defines them and the linker keeps one.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SALLYPORT_BPF_MAPS_H
#define SALLYPORT_BPF_MAPS_H

#include "vmlinux.h"
#include "abi.h"
#include <bpf/bpf_helpers.h>

/* Helper writes, all programs read; next_serial is counted up by the programs. */
struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 1);
    __uint(map_flags, BPF_F_MMAPABLE);
    __type(key, __u32);
    __type(value, struct sp_config);
} config SEC(".maps") __weak;

/* Helper writes the entry that is not in force; programs read the other. */
struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 2);
    __type(key, __u32);
    __type(value, struct sp_policy);
} policies SEC(".maps") __weak;

/* As policies; line i of table t is entry t * SP_MAX_RULES + i. */
struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 2 * SP_MAX_RULES);
    __type(key, __u32);
    __type(value, struct sp_rule);
} rules SEC(".maps") __weak;

/* As policies. Full: the helper refuses the rule set. */
struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, SP_MAX_SLICES);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __type(key, struct sp_slice_key);
    __type(value, struct sp_slice);
} slices SEC(".maps") __weak;

/* Helper writes, exec reads. Full: the helper resolves each process by itself. */
struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, SP_MAX_APPS);
    __uint(map_flags, BPF_F_NO_PREALLOC);
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

/* Socket programs write and read. No memory: the socket is refused. Accepted sockets start with a
 * copy of their listener's. */
struct {
    __uint(type, BPF_MAP_TYPE_SK_STORAGE);
    __uint(map_flags, BPF_F_NO_PREALLOC | BPF_F_CLONE);
    __type(key, int);
    __type(value, struct sp_socket);
} sockets SEC(".maps") __weak;

/* Programs write, the helper reads: one order for identity and flows. Full: the report is lost and
 * counted; the verdict does not depend on it, and what is held is reported again. */
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

/* The inventory at start: ports that are listened on, to tell accepted from made connections. */
struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 4096);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __type(key, __u64); /* netns cookie << 16 | port */
    __type(value, __u32);
} listening SEC(".maps") __weak;

/* Room for one exec record, for the inventory. */
struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, struct sp_event_exec);
} scratch SEC(".maps") __weak;

#endif
