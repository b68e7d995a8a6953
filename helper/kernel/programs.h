// The loaded kernel side: its object, what is attached, and what of it is kept in bpffs.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <bpf/libbpf.h>

#include <QString>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "kernel/cgroup.h"

namespace sallyport::kernel {

struct LinkDeleter {
    void operator()(bpf_link* link) const { bpf_link__destroy(link); }
};
using Link = std::unique_ptr<bpf_link, LinkDeleter>;

struct ObjectDeleter {
    void operator()(bpf_object* object) const { bpf_object__close(object); }
};

using Object = std::unique_ptr<bpf_object, ObjectDeleter>;

enum class Hook {
    Tracing,   // follows processes and connections (tp_btf)
    Call,      // runs in the call of a program: says whose a socket is, and tells a refusal
    Packet,    // judges packets
    Mend,      // puts right what holding did to connections, and tells them their pace
    Frames,    // judges who opens sockets for whole frames; where the kernel has the hook
    Iterator,  // runs when asked
    Other,
};

// Loading adopts the maps and attaching adopts the links that an earlier helper left in `pins`,
// when they are of this version (SP_ABI_VERSION) and on this cgroup. Otherwise everything is made
// anew, and what was there goes when keep() has put the new in its place: until then both judge.
class Programs {
  public:
    // Begins to try what load() must know of the kernel, without waiting for it.
    static void tryKernel();
    // Unsupported when the kernel refuses a program: which, and the verifier's last word. Where it
    // refuses that of Hook::Frames, that one is missing.
    static api::Result<Programs> load(const Cgroup& cgroup, const QString& pins, quint32 ringBytes);

    const bpf_object* maps() const { return maps_.get(); }
    // Null when none of that name is loaded.
    bpf_program* find(const std::string& name) const;
    bool adopted() const { return adopted_; }
    // Whether the kernel lets programs walk over the elements of maps.
    bool walksMaps() const { return walksMaps_; }
    // Whether those over socket storage are safe, too.
    bool walksStorage() const { return walksStorage_; }

    // Attaches all programs of one kind that are loaded. After keep() they are kept, too.
    api::Result<void> attach(Hook hook, const Cgroup& cgroup);
    void detach(Hook hook);
    bool isAttached(Hook hook) const;
    // Whether an earlier helper left one of that kind attached.
    bool wasAttached(Hook hook) const;
    // From now on what is attached outlives the process. Without effect when `pins` is empty.
    api::Result<void> keep();
    // Null when the program is none or cannot be attached here. `map`: the one it walks over.
    api::Result<Link> iterator(const char* name, const char* map = nullptr) const;

  private:
    api::Result<void> loadMaps(const Cgroup& cgroup, quint32 ringBytes);
    std::vector<bpf_program*> all() const;
    api::Result<void> attach(bpf_program* program, const Cgroup& cgroup);
    QByteArray linkPath(const std::string& program) const;

    Object maps_;
    std::vector<Object> parts_;  // share those maps; each program is loaded in one of them
    std::map<std::string, Link> links_;
    QString pins_;
    bool adopted_ = false;
    bool walksMaps_ = false;
    bool walksStorage_ = false;
    bool kept_ = false;
};

}  // namespace sallyport::kernel
