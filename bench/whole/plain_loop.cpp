// plain_loop FOLDER: what moving the files of a folder over loopback costs at least. One process
// opens each, reads it whole and hands it to sendmsg; another takes everything off the socket with
// recv. Nobody answers, nothing is looked at. Names are read before the clock starts; it stops when
// the receiver has the last byte. Prints one line of JSON. Exits 1 when anything fails.

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

namespace {

constexpr std::size_t kReceiveBytes = 1 << 20;

void require(bool good, const char* what) {
  if (good) return;
  std::perror(what);
  std::_Exit(1);
}

// Takes one connection to its end. Tells the parent how many bytes came by a pipe.
[[noreturn]] void receive_all(int listener, int report) {
  const int caller = ::accept(listener, nullptr, nullptr);
  require(caller >= 0, "accept");
  std::vector<std::uint8_t> buffer(kReceiveBytes);
  std::uint64_t bytes = 0;
  while (true) {
    const ssize_t got = ::recv(caller, buffer.data(), buffer.size(), 0);
    require(got >= 0, "recv");
    if (got == 0) break;
    bytes += static_cast<std::uint64_t>(got);
  }
  require(::write(report, &bytes, sizeof bytes) == sizeof bytes, "write");
  std::_Exit(0);
}

void send_whole(int peer, const std::uint8_t* bytes, std::size_t size) {
  while (size != 0) {
    iovec piece{const_cast<std::uint8_t*>(bytes), size};
    msghdr message{};
    message.msg_iov = &piece;
    message.msg_iovlen = 1;
    const ssize_t sent = ::sendmsg(peer, &message, MSG_NOSIGNAL);
    require(sent > 0, "sendmsg");
    bytes += sent;
    size -= static_cast<std::size_t>(sent);
  }
}

std::uint64_t send_file(int peer, const std::string& path, std::vector<std::uint8_t>& buffer) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  require(file >= 0, path.c_str());
  struct stat status{};
  require(::fstat(file, &status) == 0, "fstat");
  const auto size = static_cast<std::size_t>(status.st_size);
  buffer.resize(std::max(buffer.size(), size));
  require(::read(file, buffer.data(), size) == status.st_size, "read");
  ::close(file);
  send_whole(peer, buffer.data(), size);
  return size;
}

int listen_on(sockaddr_in& address) {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  require(listener >= 0, "socket");
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  require(::bind(listener, any, size) == 0, "bind");
  require(::listen(listener, 1) == 0, "listen");
  require(::getsockname(listener, any, &size) == 0, "getsockname");
  return listener;
}

int connect_to(const sockaddr_in& address) {
  const int peer = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  require(peer >= 0, "socket");
  require(::connect(peer, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0,
          "connect");
  const int on = 1;
  ::setsockopt(peer, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return peer;
}

}  // namespace

int main(int count, char** words) {
  if (count != 2) return std::fputs("usage: plain_loop FOLDER\n", stderr), 2;
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::directory_iterator(words[1]))
    paths.push_back(entry.path());
  std::ranges::sort(paths);
  sockaddr_in address{};
  const int listener = listen_on(address);
  int report[2];
  require(::pipe(report) == 0, "pipe");
  const pid_t receiver = ::fork();
  require(receiver >= 0, "fork");
  if (receiver == 0) receive_all(listener, report[1]);
  const int peer = connect_to(address);
  const auto began = std::chrono::steady_clock::now();
  std::vector<std::uint8_t> buffer;
  std::uint64_t sent = 0;
  for (const std::string& path : paths) sent += send_file(peer, path, buffer);
  ::close(peer);
  std::uint64_t received = 0;
  require(::read(report[0], &received, sizeof received) == sizeof received, "read");
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  ::waitpid(receiver, nullptr, 0);
  if (received != sent) return std::fputs("bytes were lost\n", stderr), 1;
  std::printf("{\"seconds\": %.6f, \"files\": %zu, \"bytes\": %llu}\n", seconds, paths.size(),
              static_cast<unsigned long long>(sent));
  return 0;
}
