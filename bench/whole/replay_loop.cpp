// replay_loop FOLDER PORT [PDU_BYTES [AHEAD]]: the fastest sender there can be for a storage SCP on
// this machine. Everything that goes out lies ready in memory before the clock starts: an
// A-ASSOCIATE-RQ, and of each file of the folder a C-STORE-RQ and its data set, cut into P-DATA-TF
// PDUs of PDU_BYTES (131072), which the caller knows the peer takes. One association; each object
// is one sendmsg, begun when the answer to the object before is here. With AHEAD 1 it is begun one
// answer earlier, which no window of one allows (PS3.7 D.3.3.3): what the peer would do if it never
// waited for us. An answer wakes it once, though storescp writes one in two pieces. The clock runs
// from connect to the A-RELEASE-RP. Prints one line of JSON; exits 1 when anything fails or an
// answer is not Success.
//
// Knows of DICOM what the files of send_bench.py need: explicit little endian, one SOP class.

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace {

using Octets = std::vector<std::uint8_t>;

constexpr std::size_t kPreamble = 132;    // PS3.10 7.1: 128 bytes and DICM
constexpr std::uint8_t kContext = 1;      // presentation context id, odd
constexpr std::size_t kPduHead = 6;       // PS3.8 9.3.1: type, reserved, length
constexpr std::size_t kPdvHead = 6;       // PS3.8 9.3.5.1: length, context, control
constexpr std::size_t kStatusBytes = 10;  // an element of command sets with its US

[[noreturn]] void give_up(const char* what) {
  std::fprintf(stderr, "replay_loop: %s\n", what);
  std::_Exit(1);
}

void require(bool good, const char* what) {
  if (!good) give_up(what);
}

template <class Number>
Number little(const std::uint8_t* at) {
  Number number;
  std::memcpy(&number, at, sizeof number);
  return number;
}

// The lengths of PDUs and their items are big endian, those of elements are not.
void add_big(Octets& to, std::uint64_t number, int octets) {
  while (octets-- > 0) to.push_back(static_cast<std::uint8_t>(number >> (8 * octets)));
}

void add_little(Octets& to, std::uint64_t number, int octets) {
  for (; octets-- > 0; number >>= 8) to.push_back(static_cast<std::uint8_t>(number));
}

void add(Octets& to, std::string_view text) { to.insert(to.end(), text.begin(), text.end()); }

void add(Octets& to, const Octets& octets) { to.insert(to.end(), octets.begin(), octets.end()); }

Octets item(std::uint8_t type, const Octets& content) {
  Octets whole = {type, 0};
  add_big(whole, content.size(), 2);
  add(whole, content);
  return whole;
}

Octets text_item(std::uint8_t type, std::string_view text) {
  return item(type, Octets(text.begin(), text.end()));
}

Octets pdu(std::uint8_t type, const Octets& content) {
  Octets whole = {type, 0};
  add_big(whole, content.size(), 4);
  add(whole, content);
  return whole;
}

Octets associate_request(std::string_view sop_class) {
  Octets body = {0, 1, 0, 0};  // protocol version 1
  add(body, "ANY             REPLAY          ");
  body.resize(body.size() + 32);
  add(body, text_item(0x10, "1.2.840.10008.3.1.1.1"));
  Octets context = {kContext, 0, 0, 0};
  add(context, text_item(0x30, sop_class));
  add(context, text_item(0x40, "1.2.840.10008.1.2.1"));
  add(body, item(0x20, context));
  Octets user;
  Octets pdu_bytes;
  add_big(pdu_bytes, 1 << 17, 4);
  add(user, item(0x51, pdu_bytes));
  add(user, text_item(0x52, "1.2.826.0.1.3680043.2.1"));
  add(body, item(0x50, user));
  return pdu(1, body);
}

void add_element(Octets& to, std::uint16_t number, const Octets& value) {
  add_little(to, 0, 2);
  add_little(to, number, 2);
  add_little(to, value.size(), 4);
  add(to, value);
}

void add_uid(Octets& to, std::uint16_t number, std::string_view uid) {
  Octets value(uid.begin(), uid.end());
  value.resize(value.size() + value.size() % 2);
  add_element(to, number, value);
}

void add_number(Octets& to, std::uint16_t number, std::uint16_t value) {
  Octets octets;
  add_little(octets, value, 2);
  add_element(to, number, octets);
}

// PS3.7 9.3.1.1.
Octets store_request(std::uint16_t message, std::string_view sop_class, std::string_view instance) {
  Octets rest;
  add_uid(rest, 0x0002, sop_class);
  add_number(rest, 0x0100, 0x0001);
  add_number(rest, 0x0110, message);
  add_number(rest, 0x0700, 0);
  add_number(rest, 0x0800, 0x0001);
  add_uid(rest, 0x1000, instance);
  Octets whole;
  Octets length;
  add_little(length, rest.size(), 4);
  add_element(whole, 0x0000, length);
  add(whole, rest);
  return whole;
}

// One message's command or data set in PDUs of one fragment each.
void add_fragments(Octets& to, const std::uint8_t* bytes, std::size_t size, std::size_t pdu_bytes,
                   bool is_command) {
  const std::size_t room = (pdu_bytes - kPdvHead) & ~std::size_t{1};
  for (std::size_t at = 0; at < size;) {
    const std::size_t length = std::min(room, size - at);
    to.push_back(4);
    to.push_back(0);
    add_big(to, length + kPdvHead, 4);
    add_big(to, length + 2, 4);
    to.push_back(kContext);
    const bool is_last = at + length == size;
    to.push_back(static_cast<std::uint8_t>((is_command ? 1 : 0) | (is_last ? 2 : 0)));
    to.insert(to.end(), bytes + at, bytes + at + length);
    at += length;
  }
}

// A UI of the meta group, whose elements have short headers from (0002,0002) on.
std::string_view meta_uid(const Octets& file, std::uint16_t number) {
  const std::size_t end = kPreamble + 12 + little<std::uint32_t>(&file[kPreamble + 8]);
  std::size_t at = kPreamble + 12;
  while (at + 8 <= end) {
    const bool is_long = file[at + 4] == 'O';
    const std::size_t head = is_long ? 12 : 8;
    const std::size_t length =
        is_long ? little<std::uint32_t>(&file[at + 8]) : little<std::uint16_t>(&file[at + 6]);
    if (little<std::uint16_t>(&file[at + 2]) == number) {
      const std::string_view uid(reinterpret_cast<const char*>(&file[at + head]), length);
      return uid.substr(0, uid.find('\0'));
    }
    at += head + length;
  }
  give_up("a meta group without its UIDs");
}

struct Prepared {
  std::string sop_class;
  std::vector<Octets> objects;
  std::uint64_t bytes = 0;  // of the files
};

Prepared prepare(const char* folder, std::size_t pdu_bytes) {
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    paths.push_back(entry.path());
  std::ranges::sort(paths);
  Prepared all;
  for (const std::string& path : paths) {
    std::ifstream stream(path, std::ios::binary);
    const Octets file((std::istreambuf_iterator<char>(stream)), {});
    require(file.size() > kPreamble + 12, "a file that is no object");
    all.sop_class = meta_uid(file, 0x0002);
    const auto message = static_cast<std::uint16_t>(all.objects.size() % 65535 + 1);
    const Octets command = store_request(message, all.sop_class, meta_uid(file, 0x0003));
    const std::size_t begin = kPreamble + 12 + little<std::uint32_t>(&file[kPreamble + 8]);
    Octets& object = all.objects.emplace_back();
    object.reserve(file.size() + 1024 + file.size() / pdu_bytes * 2 * kPduHead);
    add_fragments(object, command.data(), command.size(), pdu_bytes, true);
    add_fragments(object, &file[begin], file.size() - begin, pdu_bytes, false);
    all.bytes += file.size();
  }
  require(!all.objects.empty(), "an empty folder");
  return all;
}

int connect_to(int port) {
  const int peer = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  require(peer >= 0 && ::connect(peer, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0,
          "nobody listens");
  const int on = 1;
  ::setsockopt(peer, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return peer;
}

void send_whole(int peer, const Octets& octets) {
  for (std::size_t at = 0; at < octets.size();) {
    const ssize_t sent = ::send(peer, &octets[at], octets.size() - at, MSG_NOSIGNAL);
    require(sent > 0, "send");
    at += static_cast<std::size_t>(sent);
  }
}

// What the peer says, PDU by PDU, however its writes cut them.
class Answers {
 public:
  explicit Answers(int peer) : peer_(peer), buffer_(1 << 16) {}

  // Type and content of the next one; valid until the next call.
  std::uint8_t next(const std::uint8_t*& content, std::size_t& size) {
    begin_ += taken_;
    fill(kPduHead);
    const std::uint8_t* head = &buffer_[begin_];
    size = std::size_t{head[2]} << 24 | std::size_t{head[3]} << 16 | std::size_t{head[4]} << 8 |
           head[5];
    taken_ = kPduHead + size;
    require(taken_ < buffer_.size() / 2, "an answer too long");
    fill(taken_);
    content = &buffer_[begin_ + kPduHead];
    return buffer_[begin_];
  }

 private:
  void fill(std::size_t wanted) {
    if (begin_ + wanted > buffer_.size() / 2) {
      std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(begin_),
                buffer_.begin() + static_cast<std::ptrdiff_t>(end_), buffer_.begin());
      end_ -= begin_;
      begin_ = 0;
    }
    while (end_ - begin_ < wanted) {
      const int on = 1;  // an acknowledgement is never what a peer's Nagle waits for
      ::setsockopt(peer_, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
      const ssize_t got = ::recv(peer_, &buffer_[end_], buffer_.size() - end_, 0);
      require(got > 0, "the peer hung up");
      end_ += static_cast<std::size_t>(got);
    }
  }

  int peer_;
  Octets buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::size_t taken_ = 0;
};

// So many bytes there are to read before a wait for them ends.
void wake_at(int peer, std::size_t bytes) {
  const int value = static_cast<int>(bytes);
  require(::setsockopt(peer, SOL_SOCKET, SO_RCVLOWAT, &value, sizeof value) == 0, "SO_RCVLOWAT");
}

void expect_success(Answers& answers) {
  static constexpr std::uint8_t kSuccess[kStatusBytes] = {0, 0, 0, 9, 2, 0, 0, 0, 0, 0};
  const std::uint8_t* content = nullptr;
  std::size_t size = 0;
  bool is_good = false;
  while (true) {
    require(answers.next(content, size) == 4 && size > kPdvHead, "no P-DATA-TF in answer");
    is_good |= std::search(content, content + size, std::begin(kSuccess), std::end(kSuccess)) !=
               content + size;
    if ((content[5] & 3) == 3) break;
  }
  require(is_good, "a status that is not Success");
}

}  // namespace

int main(int count, char** words) {
  if (count < 3 || count > 5)
    return std::fputs("usage: replay_loop FOLDER PORT [PDU_BYTES [AHEAD]]\n", stderr), 2;
  const std::size_t pdu_bytes = count > 3 ? std::strtoul(words[3], nullptr, 10) : 131072;
  const std::size_t ahead = count > 4 ? std::strtoul(words[4], nullptr, 10) : 0;
  require(pdu_bytes > 512 && ahead <= 1, "a PDU length or window that is not meant");
  const Prepared all = prepare(words[1], pdu_bytes);
  const Octets call = associate_request(all.sop_class);
  const Octets release = pdu(5, Octets(4));
  const std::uint8_t* content = nullptr;
  std::size_t size = 0;
  const auto began = std::chrono::steady_clock::now();
  const int peer = connect_to(std::atoi(words[2]));
  Answers answers(peer);
  send_whole(peer, call);
  require(answers.next(content, size) == 2, "no A-ASSOCIATE-AC");
  wake_at(peer, kPduHead + kPdvHead + 1);  // no answer has fewer
  for (std::size_t next = 0; next < all.objects.size(); ++next) {
    send_whole(peer, all.objects[next]);
    if (next >= ahead) expect_success(answers);
  }
  for (std::size_t open = 0; open < std::min(ahead, all.objects.size()); ++open)
    expect_success(answers);
  wake_at(peer, 1);
  send_whole(peer, release);
  require(answers.next(content, size) == 6, "no A-RELEASE-RP");
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  ::close(peer);
  std::printf("{\"seconds\": %.6f, \"files\": %zu, \"bytes\": %llu}\n", seconds, all.objects.size(),
              static_cast<unsigned long long>(all.bytes));
  return 0;
}
