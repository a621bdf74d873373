// Modules: the peers that were built, each library loaded into a namespace of its own.
#pragma once

#include <string>
#include <vector>

#include "bench/peers/peer.h"

namespace slipring::peers {

struct Modules {
  std::vector<Peer*> peers;           // live until the program ends
  std::vector<std::string> troubles;  // modules that could not be loaded, and why
};

// Every *.so in the folder, by name.
[[nodiscard]] Modules load_peers(const std::string& folder);

// Starts this program again, once, with what the loader and malloc must know from the start: room
// for so many namespaces, and no mmap and munmap for every frame, whose page faults would be
// charged to a peer that takes memory for each.
void start_again_tuned(char** argv);

}  // namespace slipring::peers
