/* A TCP socket is over.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#define SP_EXACT_CLOCK
#include "end.h"
#include "streams.h"
#include <bpf/bpf_tracing.h>

/* Once for each, the kernel's own and never connected ones included; it sends nothing afterwards.
 */
SEC("tp_btf/tcp_destroy_sock")
int BPF_PROG(sp_tcp_gone, struct sock* sk) {
    struct sp_socket* s = sp_stream_find(bpf_get_socket_cookie(sk));

    if (!s)
        return 0;
    if (s->flow.flags & SP_FLOW_LISTENS)
        sp_listens_no_more(s);
    sp_end(s);
    sp_stream_drop(s->cookie);
    return 0;
}

char LICENSE[] SEC("license") = "GPL";
