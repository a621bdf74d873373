// StatusAnswers: what SIGUSR1 is answered with by commands that wait for a peer: how far they are,
// on stderr, or as a {"type":"progress"} of --json; and what an interrupt does to those that have
// to be told of it.
#pragma once

#include <functional>
#include <string>
#include <thread>

#include "engine/cli/commands.h"
#include "engine/ingest/observer.h"

namespace slipring::cli {

class StatusAnswers {
 public:
  struct SoFar {
    ingest::Progress progress;  // but its seconds, which are those since this was made
    std::string text;           // for people
  };
  // Answers as long as it lives. `ask` is called by a thread of its own, as is `interrupted`, once,
  // when a signal interrupts the job.
  StatusAnswers(const Context& context, std::function<SoFar()> ask,
                std::function<void()> interrupted = {});

 private:
  std::jthread thread_;
};

}  // namespace slipring::cli
