// Layout: a cursor over the bytes of one PDU and a writer that closes lengths behind itself. What
// read and write of PDUs share; nobody else needs it.
#pragma once

#include <string>
#include <string_view>

#include "codecs/base/buffer.h"
#include "codecs/base/contract.h"
#include "codecs/base/result.h"

namespace slipring::dimse {

// Bytes from `begin` to `end` of a PDU; offsets of errors count from the PDU's first byte.
class Cursor {
 public:
  Cursor(Bytes pdu, std::size_t begin, std::size_t end) : pdu_(pdu), at_(begin), end_(end) {}

  [[nodiscard]] std::size_t left() const { return end_ - at_; }
  [[nodiscard]] std::size_t offset() const { return at_; }

  Result<Bytes> take(std::size_t size_bytes, std::string_view what) {
    if (size_bytes > left()) return fail(ErrorCode::Truncated, at_, what, size_bytes, left());
    const Bytes taken = pdu_.subspan(at_, size_bytes);
    at_ += size_bytes;
    return taken;
  }
  Result<std::uint8_t> byte(std::string_view what) {
    TRY_ASSIGN(const Bytes taken, take(1, what));
    return taken[0];
  }
  Result<std::uint16_t> u16(std::string_view what) {
    TRY_ASSIGN(const Bytes taken, take(2, what));
    return load_be<std::uint16_t>(taken.data());
  }
  Result<std::uint32_t> u32(std::string_view what) {
    TRY_ASSIGN(const Bytes taken, take(4, what));
    return load_be<std::uint32_t>(taken.data());
  }
  // A 16-bit length and as many bytes.
  Result<Bytes> counted(std::string_view what) {
    TRY_ASSIGN(const std::uint16_t size_bytes, u16(what));
    return take(size_bytes, what);
  }
  // The next `size_bytes` as a cursor of their own.
  Result<Cursor> within(std::size_t size_bytes, std::string_view what) {
    const std::size_t begin = at_;
    TRY(take(size_bytes, what));
    return Cursor(pdu_, begin, at_);
  }

 private:
  Bytes pdu_;
  std::size_t at_;
  std::size_t end_;
};

// An item of an A-ASSOCIATE: type, reserved byte, 16-bit length (PS3.8 9.3.2.1).
struct Item {
  std::uint8_t type = 0;
  Cursor body;
};
inline Result<Item> next_item(Cursor& from) {
  constexpr std::string_view kWhat = "an item of an A-ASSOCIATE ends early";
  TRY_ASSIGN(const std::uint8_t type, from.byte(kWhat));
  TRY(from.take(1, kWhat));
  TRY_ASSIGN(const std::uint16_t size_bytes, from.u16(kWhat));
  TRY_ASSIGN(const Cursor body, from.within(size_bytes, kWhat));
  return Item{type, body};
}

// A text without what senders pad it with: NULs and spaces behind, spaces in front.
inline std::string trimmed(Bytes bytes) {
  std::string_view text = as_text(bytes);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\0')) text.remove_suffix(1);
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  return std::string(text);
}

inline void append_u16(Buffer& out, std::size_t value) {
  EXPECTS(value <= 0xFFFF);
  std::uint8_t bytes[2];
  store_be(bytes, static_cast<std::uint16_t>(value));
  out.append(Bytes(bytes));
}
inline void append_u32(Buffer& out, std::size_t value) {
  EXPECTS(value <= 0xFFFFFFFF);
  std::uint8_t bytes[4];
  store_be(bytes, static_cast<std::uint32_t>(value));
  out.append(Bytes(bytes));
}
inline void append_counted(Buffer& out, Bytes bytes) {
  append_u16(out, bytes.size());
  out.append(bytes);
}

// Type, reserved byte and a length that is known when the scope ends.
class OpenItem {
 public:
  OpenItem(Buffer& out, std::uint8_t type) : out_(out) {
    out_.append(type);
    out_.append(std::uint8_t{0});
    at_ = out_.size();
    append_u16(out_, 0);
  }
  ~OpenItem() {
    const std::size_t size_bytes = out_.size() - at_ - 2;
    EXPECTS(size_bytes <= 0xFFFF);
    store_be(out_.data() + at_, static_cast<std::uint16_t>(size_bytes));
  }
  OpenItem(const OpenItem&) = delete;
  OpenItem& operator=(const OpenItem&) = delete;

 private:
  Buffer& out_;
  std::size_t at_ = 0;
};

class OpenPdu {
 public:
  OpenPdu(Buffer& out, std::uint8_t type) : out_(out) {
    out_.append(type);
    out_.append(std::uint8_t{0});
    at_ = out_.size();
    append_u32(out_, 0);
  }
  ~OpenPdu() { store_be(out_.data() + at_, static_cast<std::uint32_t>(out_.size() - at_ - 4)); }
  OpenPdu(const OpenPdu&) = delete;
  OpenPdu& operator=(const OpenPdu&) = delete;

 private:
  Buffer& out_;
  std::size_t at_ = 0;
};

}  // namespace slipring::dimse
