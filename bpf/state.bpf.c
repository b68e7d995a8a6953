/* TCP's own word that a connection is over.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "end.h"
#include <bpf/bpf_tracing.h>

#define SP_TCP_CLOSE 7 /* include/net/tcp_states.h */

SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(sp_tcp_state, const struct sock* sk, int oldstate, int newstate) {
    struct sp_socket* s;

    if (newstate != SP_TCP_CLOSE)
        return 0;
    s = bpf_sk_storage_get(&sockets, (void*)sk, 0, 0);
    if (s && s->protocol == IPPROTO_TCP)
        sp_end(s);
    return 0;
}

char LICENSE[] SEC("license") = "GPL";
