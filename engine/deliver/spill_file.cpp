#include "engine/deliver/spill_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>

#include "engine/deliver/descriptor.h"

namespace slipring::deliver {

namespace {

class SpillFile final : public dicom::Spill {
 public:
  explicit SpillFile(Descriptor file) : file_(std::move(file)) {}

  Result<void> append(Bytes bytes) override {
    iovec piece{const_cast<std::uint8_t*>(bytes.data()), bytes.size()};
    TRY(write_all(file_.get(), size_, {&piece, 1}));
    size_ += bytes.size();
    return {};
  }

  Result<void> read(std::uint64_t offset, MutableBytes into) override {
    while (!into.empty()) {
      const ssize_t got =
          ::pread(file_.get(), into.data(), into.size(), static_cast<off_t>(offset));
      if (got < 0 && errno == EINTR) continue;
      if (got == 0) errno = EIO;  // it was written: somebody cut it
      if (got <= 0) return io_error("a temporary file could not be read back");
      offset += static_cast<std::uint64_t>(got);
      into = into.subspan(static_cast<std::size_t>(got));
    }
    return {};
  }

 private:
  Descriptor file_;
  std::uint64_t size_ = 0;
};

// Where the file system makes no files without a name: one that loses its name at once.
int open_named(const std::string& directory) {
  std::string name = directory + "/.slipring-spill-XXXXXX";
  const int opened = ::mkostemp(name.data(), O_CLOEXEC);
  if (opened >= 0) ::unlink(name.c_str());
  return opened;
}

}  // namespace

Result<std::unique_ptr<dicom::Spill>> SpillFiles::create() {
  int opened = ::open(directory_.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (opened < 0) opened = open_named(directory_);
  if (opened < 0) return io_error("a temporary file could not be made");
  return std::make_unique<SpillFile>(Descriptor(opened));
}

}  // namespace slipring::deliver
