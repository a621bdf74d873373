#include "engine/validate/standard/uids.h"

#include <algorithm>
#include <iterator>

#include "engine/validate/standard/object_definition.h"

namespace slipring::validate::standard {

namespace {

struct UidRow {
  Words uid;
  Words name;
  Words modalities;
  std::uint16_t iod;
  std::uint8_t kind;
  std::uint8_t retired;
};

#include "engine/validate/standard/uid_table.inc"

std::string_view uid_text(const Words& words) { return {kUidText + words.offset, words.length}; }

}  // namespace

Uid find_uid(std::string_view uid) {
  const auto* row = std::ranges::lower_bound(kUids, uid, {},
                                             [](const UidRow& each) { return uid_text(each.uid); });
  if (row == std::end(kUids) || uid_text(row->uid) != uid) return {};
  return {uid_text(row->uid),
          uid_text(row->name),
          uid_text(row->modalities),
          row->iod,
          static_cast<UidKind>(row->kind),
          row->retired != 0};
}

}  // namespace slipring::validate::standard
