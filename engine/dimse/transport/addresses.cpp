// Names and ports to sockets: connect and listen.
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/dimse/transport/socket.h"
#include "engine/dimse/transport/waiting.h"

namespace slipring::dimse {

namespace {

constexpr int kBacklog = 128;

std::unexpected<Error> io(std::string_view what) {
  return fail(ErrorCode::Io, kNoOffset, what, 0, static_cast<std::uint64_t>(errno));
}

struct Addresses {
  Addresses() = default;
  Addresses(const Addresses&) = delete;
  Addresses& operator=(const Addresses&) = delete;
  ~Addresses() {
    if (first != nullptr) ::freeaddrinfo(first);
  }
  addrinfo* first = nullptr;
};

bool look_up(const char* host, std::uint16_t port, int flags, Addresses& into) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_flags = flags | AI_NUMERICSERV;
  return ::getaddrinfo(host, std::to_string(port).c_str(), &wanted, &into.first) == 0;
}

struct Named {
  std::string address;
  std::string both;
};
Named named(const sockaddr* address, socklen_t size_bytes) {
  char host[NI_MAXHOST];
  char port[NI_MAXSERV];
  if (::getnameinfo(address, size_bytes, host, sizeof host, port, sizeof port,
                    NI_NUMERICHOST | NI_NUMERICSERV) != 0)
    return {};
  const std::string text(host);
  const bool is_v6 = text.find(':') != std::string::npos;
  return {text, (is_v6 ? "[" + text + "]" : text) + ":" + port};
}

// 0 or the errno of why not; TimedOut and Cancelled are errors.
Result<int> connect_one(int descriptor, const addrinfo& address, Deadline deadline,
                        const Interrupt* interrupt) {
  if (::connect(descriptor, address.ai_addr, address.ai_addrlen) == 0) return 0;
  if (errno != EINPROGRESS && errno != EINTR) return errno;
  TRY(wait_for(descriptor, POLLOUT, deadline, interrupt, "the peer did not answer a connection"));
  int number = 0;
  socklen_t size_bytes = sizeof number;
  if (::getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &number, &size_bytes) != 0) return errno;
  return number;
}

}  // namespace

Result<std::unique_ptr<Stream>> connect_tcp(const std::string& host, std::uint16_t port,
                                            Deadline deadline, const Interrupt* interrupt) {
  Addresses addresses;
  if (!look_up(host.c_str(), port, 0, addresses))
    return unreachable("the peer's host name has no address", ENXIO);
  int last = ENXIO;
  for (const addrinfo* one = addresses.first; one != nullptr; one = one->ai_next) {
    const int descriptor =
        ::socket(one->ai_family, one->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, one->ai_protocol);
    if (descriptor < 0) {
      last = errno;
      continue;
    }
    auto socket =
        std::make_unique<Socket>(descriptor, interrupt, named(one->ai_addr, one->ai_addrlen).both);
    TRY_ASSIGN(last, connect_one(descriptor, *one, deadline, interrupt));
    if (last == 0) return socket;
  }
  if (last == ETIMEDOUT) return timed_out("the peer did not answer a connection");
  return unreachable("no connection to the peer", last);
}

namespace {

int bound(const addrinfo& address) {
  const int descriptor = ::socket(
      address.ai_family, address.ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, address.ai_protocol);
  if (descriptor < 0) return -1;
  const int on = 1;
  const int off = 0;
  ::setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (address.ai_family == AF_INET6)
    ::setsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
  if (::bind(descriptor, address.ai_addr, address.ai_addrlen) == 0 &&
      ::listen(descriptor, kBacklog) == 0)
    return descriptor;
  const int number = errno;
  ::close(descriptor);
  errno = number;
  return -1;
}

std::uint16_t port_of(int descriptor) {
  sockaddr_storage address{};
  socklen_t size_bytes = sizeof address;
  if (::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size_bytes) != 0) return 0;
  const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address);
  const auto& v4 = reinterpret_cast<const sockaddr_in&>(address);
  return ntohs(address.ss_family == AF_INET6 ? v6.sin6_port : v4.sin_port);
}

}  // namespace

Result<std::unique_ptr<Listener>> Listener::open(const std::string& address, std::uint16_t port) {
  // Every address: IPv6 takes IPv4 too where the machine has it; else IPv4 alone.
  for (const char* one : {address.empty() ? "::" : address.c_str(), "0.0.0.0"}) {
    Addresses addresses;
    if (!look_up(one, port, AI_PASSIVE | AI_NUMERICHOST, addresses)) {
      errno = EADDRNOTAVAIL;
    } else if (const int descriptor = bound(*addresses.first); descriptor >= 0) {
      return std::unique_ptr<Listener>(new Listener(descriptor, port_of(descriptor)));
    }
    if (!address.empty() || errno == EADDRINUSE || errno == EACCES) break;
  }
  return io("no listening on this address and port");
}

Listener::~Listener() { ::close(descriptor_); }

Result<Listener::Accepted> Listener::accept(Deadline deadline, const Interrupt* interrupt) const {
  while (true) {
    TRY(wait_for(descriptor_, POLLIN, deadline, interrupt, "nobody called"));
    sockaddr_storage address{};
    socklen_t size_bytes = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    const int descriptor =
        ::accept4(descriptor_, generic, &size_bytes, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (descriptor >= 0) {
      Named from = named(generic, size_bytes);
      return Accepted{descriptor, std::move(from.address), std::move(from.both)};
    }
    if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
      return io("no more connections can be taken");
  }
}

}  // namespace slipring::dimse
