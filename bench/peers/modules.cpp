#include "bench/peers/modules.h"

#include <dlfcn.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>

namespace slipring::peers {

namespace {

constexpr std::size_t kPeersMost = 16;  // of one module
constexpr char kTunables[] =
    "glibc.rtld.nns=16:glibc.rtld.optional_static_tls=16384:"
    "glibc.malloc.mmap_threshold=4294967296:glibc.malloc.trim_threshold=8589934592";

void load(const std::string& path, Modules& modules) {
  void* module = ::dlmopen(LM_ID_NEWLM, path.c_str(), RTLD_NOW | RTLD_LOCAL);
  void* symbol = module == nullptr ? nullptr : ::dlsym(module, kListPeers);
  if (symbol == nullptr) {
    const char* why = ::dlerror();
    modules.troubles.push_back(path + ": " + (why == nullptr ? "no peers in it" : why));
    return;
  }
  std::array<Peer*, kPeersMost> peers{};
  const std::size_t count = reinterpret_cast<ListPeers>(symbol)(peers.data(), peers.size());
  modules.peers.insert(modules.peers.end(), peers.begin(),
                       peers.begin() + static_cast<std::ptrdiff_t>(count));
}

}  // namespace

Modules load_peers(const std::string& folder) {
  std::vector<std::string> paths;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error))
    if (entry.path().extension() == ".so") paths.push_back(entry.path().string());
  std::ranges::sort(paths);
  Modules modules;
  if (paths.empty()) modules.troubles.push_back(folder + ": no module is there");
  for (const std::string& path : paths) load(path, modules);
  return modules;
}

void start_again_tuned(char** argv) {
  if (std::getenv("SLIPRING_PEERS_TUNED") != nullptr) return;
  ::setenv("SLIPRING_PEERS_TUNED", "1", 1);
  ::setenv("GLIBC_TUNABLES", kTunables, 1);
  ::execv("/proc/self/exe", argv);
}

}  // namespace slipring::peers
