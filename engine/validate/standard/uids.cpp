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

const UidRow* search(std::string_view uid) {
  const auto* row = std::ranges::lower_bound(kUids, uid, {},
                                             [](const UidRow& each) { return uid_text(each.uid); });
  return row == std::end(kUids) || uid_text(row->uid) != uid ? nullptr : row;
}

}  // namespace

Uid find_uid(std::string_view uid) {
  // Files come by series: the class asked for is most often that of the question before.
  thread_local const UidRow* latest = nullptr;
  const auto* row = latest;
  if (row == nullptr || uid_text(row->uid) != uid) row = search(uid);
  if (row == nullptr) return {};
  latest = row;
  return {uid_text(row->uid),
          uid_text(row->name),
          uid_text(row->modalities),
          row->iod,
          static_cast<UidKind>(row->kind),
          row->retired != 0};
}

}  // namespace slipring::validate::standard
