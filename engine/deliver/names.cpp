#include <algorithm>
#include <string>

#include "engine/deliver/write_file.h"

namespace slipring::deliver {

namespace {

constexpr std::size_t kComponentBytesMax = 255;  // NAME_MAX
constexpr std::size_t kUidBytesMax = 64;         // PS3.5 9.1

Result<void> check_component(std::string_view component) {
  if (component.empty())
    return fail(ErrorCode::OutOfRange, kNoOffset, "the output name has an empty part");
  if (component == "." || component == "..")
    return fail(ErrorCode::OutOfRange, kNoOffset,
                "the output name leads out of the output directory");
  if (component.size() > kComponentBytesMax)
    return fail(ErrorCode::OutOfRange, kNoOffset, "a part of the output name is too long",
                kComponentBytesMax, component.size());
  return {};
}

}  // namespace

Result<void> check_name(std::string_view name) {
  if (name.size() > kNameBytesMax)
    return fail(ErrorCode::OutOfRange, kNoOffset, "the output name is too long", kNameBytesMax,
                name.size());
  if (name.find('\0') != std::string_view::npos)
    return fail(ErrorCode::OutOfRange, kNoOffset, "the output name holds a NUL");
  std::size_t components = 0;
  for (std::string_view rest = name;;) {
    const std::size_t slash = std::min(rest.find('/'), rest.size());
    TRY(check_component(rest.substr(0, slash)));
    if (++components > kNameComponentsMax)
      return fail(ErrorCode::OutOfRange, kNoOffset, "the output name has too many parts",
                  kNameComponentsMax, components);
    if (slash == rest.size()) return {};
    rest.remove_prefix(slash + 1);
  }
}

std::string uid_component(std::string_view uid) {
  const bool well_formed =
      !uid.empty() && uid.size() <= kUidBytesMax && uid != "." && uid != ".." &&
      std::ranges::all_of(uid, [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
  if (well_formed) return std::string(uid);
  return "x-" + dicom::to_hex(dicom::xxh128(as_bytes(uid)).bytes);
}

}  // namespace slipring::deliver
