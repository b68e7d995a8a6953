// Ids of the history's rows that have a value in an index, newest first, alone and merged.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <limits>
#include <queue>
#include <vector>

#include "store/database.h"

namespace sallyport::store {

inline constexpr qint64 kNewestRow = std::numeric_limits<qint64>::max();

// Ids of the rows that have one value in an index, newest first.
enum class Index { Program, Remote, Port, State };
struct Stream {
    Index index;
    qint64 value = 0;
    qint64 state = 0;  // of Program and Port
    qint64 at = kNewestRow;
};

class Streams {
  public:
    static api::Result<Streams> prepare(Database& database) {
        api::Result<Statement> program =
            database.prepare("SELECT max(id) FROM history WHERE program=? AND state=? AND id<=?");
        api::Result<Statement> port =
            database.prepare("SELECT max(id) FROM history WHERE port=? AND state=? AND id<=?");
        api::Result<Statement> remote =
            database.prepare("SELECT max(id) FROM history WHERE remote=? AND id<=?");
        api::Result<Statement> state =
            database.prepare("SELECT max(id) FROM history WHERE state=? AND state<>0 AND id<=?");
        for (api::Result<Statement>* one : {&program, &port, &remote, &state}) {
            if (!*one)
                return one->error();
        }
        return Streams(std::move(*program), std::move(*port), std::move(*remote),
                       std::move(*state));
    }
    // Moves to the newest row that is `most` or older; 0: none.
    api::Result<void> move(Stream& stream, qint64 most) {
        Statement& look = of(stream.index);
        if (stream.index == Index::Program || stream.index == Index::Port)
            look.bind(stream.value, stream.state, most);
        else
            look.bind(stream.value, most);
        const api::Result<bool> row = look.step();
        if (!row)
            return row.error();
        stream.at = look.number(0);
        return {};
    }

  private:
    Streams(Statement program, Statement port, Statement remote, Statement state)
        : program_(std::move(program)),
          port_(std::move(port)),
          remote_(std::move(remote)),
          state_(std::move(state)) {}
    Statement& of(Index index) {
        switch (index) {
            case Index::Program:
                return program_;
            case Index::Port:
                return port_;
            case Index::Remote:
                return remote_;
            case Index::State:
                break;
        }
        return state_;
    }
    Statement program_, port_, remote_, state_;
};

// Several streams as one.
class Merged {
  public:
    void add(const Stream& stream) { heap_.push(stream); }
    // The newest row of any that is `most` or older; 0: none.
    api::Result<qint64> atMost(Streams& streams, qint64 most) {
        while (!heap_.empty() && heap_.top().at > most) {
            Stream stream = heap_.top();
            heap_.pop();
            if (api::Result<void> moved = streams.move(stream, most); !moved)
                return moved.error();
            if (stream.at)
                heap_.push(stream);
        }
        return heap_.empty() ? 0 : heap_.top().at;
    }

  private:
    struct Older {
        bool operator()(const Stream& a, const Stream& b) const { return a.at < b.at; }
    };
    std::priority_queue<Stream, std::vector<Stream>, Older> heap_;
};

}  // namespace sallyport::store
