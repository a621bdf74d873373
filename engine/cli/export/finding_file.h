// FindingFile: findings as they come, into a file that other programs read. It is written beside
// its place under another name and takes the place when it is whole: nobody ever reads half of one.
#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

#include "codecs/base/result.h"
#include "engine/dicom/finding.h"

namespace slipring::cli {

class FindingFile {
 public:
  virtual ~FindingFile() = default;
  // `known`: a baseline has it.
  virtual void add(std::string_view path, const dicom::Finding& finding, bool known) = 0;
  // Writes the end, makes it durable and gives it its name. Errors: Io, of any write before too.
  [[nodiscard]] virtual Result<void> close() = 0;
};

// A text file that appears whole or not at all.
class WholeFile {
 public:
  // Errors: Io.
  [[nodiscard]] static Result<WholeFile> create(const std::string& path);
  WholeFile(WholeFile&& other) noexcept;
  WholeFile& operator=(WholeFile&&) = delete;
  WholeFile(const WholeFile&) = delete;
  WholeFile& operator=(const WholeFile&) = delete;
  ~WholeFile();  // removes what was not finished

  void write(std::string_view text);
  [[nodiscard]] Result<void> finish();

 private:
  WholeFile(std::string path, std::string temporary, std::FILE* file)
      : path_(std::move(path)), temporary_(std::move(temporary)), file_(file) {}
  std::string path_;
  std::string temporary_;
  std::FILE* file_;
  bool failed_ = false;
};

// RFC 4180, UTF-8, a header line: path, rule, severity, tag, offset, message, known. A field that a
// spreadsheet would take for a formula has an apostrophe before it; control characters are escaped
// as everywhere (dicom/escape).
[[nodiscard]] Result<std::unique_ptr<FindingFile>> open_csv(const std::string& path);
[[nodiscard]] std::string csv_field(std::string_view text);

// SARIF 2.1.0 (OASIS): one run, all rules, a result a finding, its place as a byte offset.
[[nodiscard]] Result<std::unique_ptr<FindingFile>> open_sarif(const std::string& path);
// A relative reference (RFC 3986 4.2) that names the file.
[[nodiscard]] std::string sarif_uri(std::string_view path);

}  // namespace slipring::cli
