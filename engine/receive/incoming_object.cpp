#include "engine/receive/incoming_object.h"

#include <algorithm>
#include <utility>

#include "engine/dimse/message/status.h"
#include "engine/receive/content.h"

namespace slipring::receive {

IncomingObject::IncomingObject(Announced announced, std::unique_ptr<deliver::TempFile> file,
                               std::uint64_t bytes_max)
    : announced_(std::move(announced)),
      file_(std::move(file)),
      bytes_max_(bytes_max),
      content_hash_(begin_content_digest(announced_.transfer_syntax)) {
  append_meta_group(announced_, head_);
  meta_bytes_ = head_.size();
  if (file_ != nullptr) write(head_.bytes());
}

void IncomingObject::append(Bytes fragment) {
  data_set_bytes_ += fragment.size();
  if (refusal_) return;
  if (data_set_bytes_ > bytes_max_)
    return refuse({dimse::statuses::kOutOfResources, "the object is longer than this peer takes",
                   Error{ErrorCode::LimitExceeded, kNoOffset, "an object is too long", bytes_max_,
                         data_set_bytes_}});
  if (file_ == nullptr) {
    if (head_.size() < kHeadBytes)
      head_.append(fragment.first(std::min(fragment.size(), kHeadBytes - head_.size())));
    return;
  }
  content_hash_.update(fragment);
  write(fragment);
}

void IncomingObject::write(Bytes bytes) {
  file_hash_.update(bytes);
  if (const auto written = file_->append(bytes); !written)
    refuse({dimse::statuses::kOutOfResources, "the object could not be written", written.error()});
}

void IncomingObject::refuse(const Refusal& refusal) {
  if (!refusal_) refusal_ = refusal;
}

Result<IncomingObject::Written> IncomingObject::finish(std::int64_t mtime_ns) {
  TRY(file_->finish(mtime_ns));
  return Written{std::move(file_), file_hash_.finish(), content_hash_.finish()};
}

}  // namespace slipring::receive
