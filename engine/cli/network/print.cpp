// `slipring print`: images onto the films of a DICOM printer.
#include "engine/print/print.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>

#include "engine/cli/file/one_file.h"
#include "engine/cli/network/peer_options.h"
#include "engine/cli/network/session_output.h"
#include "engine/cli/network/storing_commands.h"
#include "engine/cli/output/amounts.h"
#include "engine/cli/output/exit_codes.h"
#include "engine/cli/output/json_lines.h"
#include "engine/cli/output/log.h"
#include "engine/cli/output/signals.h"
#include "engine/cli/output/status_answers.h"
#include "engine/dicom/escape.h"
#include "engine/dimse/message/status.h"
#include "engine/dimse/transport/peer_error.h"
#include "engine/ingest/ingest.h"

namespace slipring::cli {

namespace {

struct PrintWords {
  std::vector<std::string> words;  // the peer, then files
  PeerOptions peer;
  print::Options print;
  print::Wanted wanted;
  std::string layout = "1,1";
  std::string window;
  std::string bits = "auto";
  std::size_t frame = 0;  // from 1; 0: all
  bool status = false;
};

// ---------------------------------------------------------------- words

// The first word names the peer, or the first two do: HOST PORT.
std::vector<std::string> take_peer(std::vector<std::string>& words) {
  const auto is_number = [](const std::string& word) {
    return !word.empty() && word.find_first_not_of("0123456789") == std::string::npos;
  };
  std::error_code ignored;
  const bool two = words.size() >= 2 && words[0].find(':') == std::string::npos &&
                   is_number(words[1]) && !std::filesystem::exists(words[1], ignored);
  const auto end = words.begin() + (two ? 2 : 1);
  std::vector<std::string> peer(words.begin(), end);
  words.erase(words.begin(), end);
  return peer;
}

// Two numbers with a comma between them.
template <class Number>
std::pair<Number, Number> two_numbers(const char* option, const std::string& text) {
  std::pair<Number, Number> both{};
  const char* const end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), end, both.first);
  if (first.ec == std::errc{} && first.ptr != end && *first.ptr == ',') {
    const auto second = std::from_chars(first.ptr + 1, end, both.second);
    if (second.ec == std::errc{} && second.ptr == end) return both;
  }
  throw UsageError(option,
                   fmt::format("'{}' is not two numbers with a comma", dicom::terminal_text(text)));
}

void settle(PrintWords& words, const ChosenPeer& chosen) {
  print::Options& options = words.print;
  options.peer = chosen.peer;
  options.proposal = chosen.proposal;
  options.timeouts = chosen.timeouts;
  words.wanted.colour = options.colour;
  words.wanted.bits = words.bits == "8" ? 8 : words.bits == "12" ? 12 : 0;
  const auto [columns, rows] = two_numbers<unsigned>("--layout", words.layout);
  constexpr unsigned kSideMax = 20;
  if (columns == 0 || rows == 0 || columns > kSideMax || rows > kSideMax)
    throw UsageError("--layout", "columns and rows are 1 to 20");
  options.film.columns = columns;
  options.film.rows = rows;
  if (words.window.empty()) return;
  const auto [centre, width] = two_numbers<double>("--window", words.window);
  if (!(width >= 1)) throw UsageError("--window", "a width is 1 or more");
  words.wanted.window = print::Window{print::Window::Function::Linear, centre, width};
}

// ---------------------------------------------------------------- output

std::string printer_text(const print::PrinterState& state) {
  std::string text = dicom::terminal_text(state.status.empty() ? "UNKNOWN" : state.status);
  if (!state.info.empty()) text += fmt::format(" ({})", dicom::terminal_text(state.info));
  for (const std::string* word : {&state.manufacturer, &state.model, &state.name})
    if (!word->empty()) text += fmt::format(" {}", dicom::terminal_text(*word));
  return text;
}

// What is said of images and of the printer, and counted for the end.
class PrintOutput {
 public:
  PrintOutput(const Context& context, std::string peer)
      : context_(context), peer_(std::move(peer)) {}

  void printer(const print::PrinterState& state) const {
    if (context_.json) {
      Json json = line("printer");
      json["peer"] = dicom::json_text(peer_);
      json["status"] = dicom::json_text(state.status);
      json["info"] = dicom::json_text(state.info);
      json["name"] = dicom::json_text(state.name);
      json["manufacturer"] = dicom::json_text(state.manufacturer);
      json["model"] = dicom::json_text(state.model);
      return print(json);
    }
    const std::string text =
        fmt::format("printer {}: {}", dicom::terminal_text(peer_), printer_text(state));
    if (state.status == "FAILURE" || state.status == "WARNING") return log_warning(text);
    if (context_.verbosity >= 0) fmt::print("{}\n", text);
  }

  void image(const print::Fate& fate) {
    ++(fate.printed ? printed_ : failed_);
    const std::string reason = reason_of(fate);
    if (context_.json) {
      Json json = object(fate.path, fate.frame, fate.printed ? "printed" : "failed", reason);
      json["film"] = fate.film;
      json["position"] = fate.position;
      json["status"] = fmt::format("{:04X}", fate.status);
      return print(json);
    }
    const std::string text = fmt::format(
        "{}: frame {}: {}{}", dicom::terminal_text(fate.path), fate.frame + 1,
        fate.printed ? fmt::format("film {}, place {}", fate.film, fate.position) : "not printed",
        reason.empty() ? "" : "; " + reason);
    if (!fate.printed) return log_error(text);
    if (context_.verbosity > 0 || !reason.empty()) log_info(text);
  }

  // Never came to the printer. `code` is what it ends with at least.
  void unprepared(const std::string& path, std::size_t frame, const Error& error, int code) {
    ++failed_;
    code_ = worse_of(code_, code);
    if (context_.json) {
      print(error_line(path, error));
      return print(object(path, frame, "failed", std::string(error.what)));
    }
    log_error(fmt::format("slipring: {}: frame {}: {}", dicom::terminal_text(path), frame + 1,
                          describe(error)));
  }

  // Left when the job ended early; without `frame` it was not even opened.
  void unreached(const std::string& path, std::optional<std::size_t> frame) {
    ++failed_;
    constexpr std::string_view kWhy = "not reached before the job ended";
    if (context_.json) {
      Json json = object(path, frame.value_or(0), "failed", std::string(kWhy));
      if (!frame) json.erase("frame");
      return print(json);
    }
    const std::string which = frame ? fmt::format(" frame {}:", *frame + 1) : std::string();
    log_error(fmt::format("{}:{} not printed; {}", dicom::terminal_text(path), which, kWhy));
  }

  void peer_failed(const Error& error) {
    code_ = worse_of(code_, kExitDestination);
    if (error.code == ErrorCode::Mismatch && error.actual != 0)
      log_error(fmt::format("slipring: {}: {} ({:04X})", dicom::terminal_text(peer_),
                            dimse::status_name(static_cast<std::uint16_t>(error.actual)),
                            error.actual));
    print_peer_failure(context_, peer_, error);
  }

  [[nodiscard]] Session session() const {
    int code = worse_of(code_, failed_ > 0 ? kExitObjects : kExitOk);
    if (ingest::interrupt_requested != 0) code = worse_of(code, kExitInterrupted);
    if (code == kExitOk && printed_ == 0) code = kExitNothing;
    return {printed_ + failed_, printed_, 0, code};
  }

  // What came to its end until now. From any thread.
  [[nodiscard]] StatusAnswers::SoFar so_far() const {
    ingest::Progress progress;
    const std::uint64_t printed = printed_;
    progress.failed = failed_;
    progress.done = progress.total = printed + progress.failed;
    return {progress, fmt::format("{} images printed, {} not", count_text(printed),
                                  count_text(progress.failed))};
  }

 private:
  static std::string reason_of(const print::Fate& fate) {
    if (fate.printed && fate.status == dimse::statuses::kSuccess) return {};
    if (fate.status == dimse::statuses::kSuccess) return "its film was not printed";
    std::string reason = fmt::format("{} ({:04X})", dimse::status_name(fate.status), fate.status);
    if (!fate.comment.empty()) reason += ": " + dicom::terminal_text(fate.comment);
    return reason;
  }

  static Json object(const std::string& path, std::size_t frame, const char* outcome,
                     const std::string& reason) {
    Json json = line("object");
    json["path"] = dicom::json_text(path);
    json["frame"] = frame + 1;
    json["outcome"] = outcome;
    if (!reason.empty()) json["reason"] = dicom::json_text(reason);
    return json;
  }

  const Context& context_;
  std::string peer_;
  std::atomic<std::uint64_t> printed_ = 0;
  std::atomic<std::uint64_t> failed_ = 0;
  int code_ = kExitOk;
};

// ---------------------------------------------------------------- the run

// Every frame that is asked for of one file. Errors: the printer's, after which nothing goes on.
Result<void> print_file(const Context& context, const PrintWords& words, const std::string& path,
                        print::Printing& printing, PrintOutput& output) {
  const auto unprepared = [&](std::size_t frame, const Error& error, int code) {
    output.unprepared(path, frame, error, code);
    return Result<void>{};
  };
  OneFile one;
  if (const auto exit = open_one(context, path, one))
    return unprepared(0, {ErrorCode::Unsupported, kNoOffset, "no DICOM object to print"},
                      *exit == kExitSource ? kExitSource : kExitObjects);
  if (one.scanned.error) return unprepared(0, *one.scanned.error, kExitObjects);
  const auto object = pixels::open_object(one.scanned);
  if (!object) return unprepared(0, object.error(), kExitObjects);
  if (!*object)
    return unprepared(0, {ErrorCode::Unsupported, kNoOffset, "the object has no pixel data"},
                      kExitObjects);
  const std::size_t frames = (*object)->table.frames();
  const std::size_t first = words.frame == 0 ? 0 : words.frame - 1;
  if (first >= frames)
    return unprepared(first, {ErrorCode::OutOfRange, kNoOffset, "no frame of that number"},
                      kExitObjects);
  const std::size_t end = words.frame == 0 ? frames : first + 1;
  for (std::size_t frame = first; frame < end && ingest::interrupt_requested == 0; ++frame) {
    const auto printable = print::prepare(**object, frame, words.wanted);
    if (!printable) {
      output.unprepared(path, frame, printable.error(), kExitObjects);
      continue;
    }
    if (const auto added = printing.add(path, frame, *printable); !added) {
      for (++frame; frame < end; ++frame) output.unreached(path, frame);
      return added;
    }
  }
  return {};
}

// False: the printer is out of order. One that does not say how it is may still print.
Result<bool> look_at_printer(print::Printing& printing, const PrintWords& words,
                             const PrintOutput& output) {
  const auto told = printing.printer();
  if (!told && told.error().code == ErrorCode::Mismatch && !words.status) return true;
  TRY_ASSIGN(const print::PrinterState state, told);
  const bool is_broken = state.status == "FAILURE";
  if (words.status || is_broken || state.status == "WARNING") output.printer(state);
  return !is_broken;
}

// `reached`: how many of the files were begun.
Result<void> print_all(const Context& context, const PrintWords& words, print::Printing& printing,
                       PrintOutput& output, std::size_t& reached) {
  TRY_ASSIGN(const bool works, look_at_printer(printing, words, output));
  if (!works && !words.words.empty())
    return fail(ErrorCode::Unsupported, kNoOffset, "the printer says that it is out of order");
  for (const std::string& path : words.words) {
    if (ingest::interrupt_requested != 0) break;
    ++reached;
    TRY(print_file(context, words, path, printing, output));
  }
  return printing.finish();
}

void print_end(const Context& context, const print::Printing& printing, const Session& session) {
  if (context.json || context.verbosity < 0) return;
  for (const std::uint16_t status : printing.warnings())
    log_warning(fmt::format("the printer warned: {} ({:04X})", dimse::status_name(status), status));
  fmt::print("printed {} of {} images on {} films\n", count_text(session.ok),
             count_text(session.seen), count_text(printing.films()));
}

int run_print(const Context& context, PrintWords words) {
  const auto began = std::chrono::steady_clock::now();
  const std::vector<std::string> peer = take_peer(words.words);
  if (words.words.empty() && !words.status) {
    log_error("slipring: print needs a printer and files: slipring print [AET@]HOST:PORT FILE...");
    return kExitUsage;
  }
  const ChosenPeer chosen = choose_peer(context, peer, words.peer);
  settle(words, chosen);
  catch_interrupts();
  print_session_start(context, "print");
  PrintOutput output(context, chosen.name);
  const StatusAnswers status(context, [&] { return output.so_far(); });
  auto printing = print::Printing::open(
      words.print, [&](const print::Fate& fate) { output.image(fate); },
      [&](const print::PrinterState& state) { output.printer(state); });
  std::size_t reached = 0;
  if (!printing) {
    output.peer_failed(printing.error());
  } else if (const auto done = print_all(context, words, **printing, output, reached); !done) {
    (*printing)->give_up();
    output.peer_failed(done.error());
  }
  for (; reached < words.words.size(); ++reached) output.unreached(words.words[reached], {});
  Session session = output.session();
  if (words.words.empty() && session.exit_code == kExitNothing) session.exit_code = kExitOk;
  session.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  if (printing && !words.words.empty()) print_end(context, **printing, session);
  print_session_summary(context, session);
  return session.exit_code;
}

const std::map<std::string, std::string> kOrientations = {{"portrait", "PORTRAIT"},
                                                          {"landscape", "LANDSCAPE"}};
const std::map<std::string, std::string> kPriorities = {
    {"high", "HIGH"}, {"medium", "MED"}, {"low", "LOW"}};

Option add_code(Command& command, const char* name, std::string& into, const char* help) {
  constexpr std::size_t kCodeMax = 16;  // a CS (PS3.5 table 6.2-1)
  return command.add_option(name, into, help)
      .transform([](const std::string& text) {
        std::string code = text;
        std::ranges::transform(code, code.begin(),
                               [](char c) { return c >= 'a' && c <= 'z' ? char(c - 32) : c; });
        return code;
      })
      .check([](const std::string& text) {
        constexpr const char* kAllowed =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
            "0123456789 _";
        const bool fits = !text.empty() && text.size() <= kCodeMax &&
                          text.find_first_not_of(kAllowed) == std::string::npos;
        return fits ? std::string() : "a code of 1 to 16 letters, digits, spaces and _";
      });
}

void add_film_options(Command& command, PrintWords& words) {
  print::FilmWishes& film = words.print.film;
  print::SessionWishes& session = words.print.session;
  command.add_option("--layout", words.layout, "columns,rows of images on a film").shows_default();
  add_code(command, "--film-size", film.size, "8INX10IN, 14INX17IN, A4 ...");
  command.add_choice("--orientation", film.orientation, kOrientations, "portrait or landscape");
  add_code(command, "--magnification", film.magnification, "REPLICATE, BILINEAR, CUBIC or NONE");
  add_code(command, "--border", film.border, "density around images: BLACK, WHITE, or hundredths");
  add_code(command, "--empty", film.empty, "density of places without an image, as --border");
  add_code(command, "--trim", film.trim, "a box around each image: YES or NO");
  command.add_option("--min-density", film.min_density, "in hundredths of optical density");
  command.add_option("--max-density", film.max_density, "in hundredths of optical density");
  command.add_option("--copies", session.copies, "of each film").range(1U, 99U).shows_default();
  add_code(command, "--medium", session.medium, "PAPER, CLEAR FILM, BLUE FILM ...");
  add_code(command, "--destination", session.destination, "MAGAZINE, PROCESSOR, BIN_1 ...");
  command.add_choice("--priority", session.priority, kPriorities, "high, medium or low");
  command.add_option("--label", session.label, "of the film session, for people")
      .check([](const std::string& text) {
        const bool fits = text.size() <= 64 && std::ranges::all_of(text, [](char c) {
                            return c >= ' ' && c <= '~' && c != '\\';
                          });
        return fits ? std::string() : "64 ASCII characters at most";
      });
}

}  // namespace

void add_print(Command& app, Context& context) {
  auto words = std::make_shared<PrintWords>();
  Command command =
      add_command(app, context, "print", "prints images on film (Basic Print Management)",
                  [words, &context] { return run_print(context, *words); });
  command.add_option("paths", words->words, std::string("the printer, then files: ") + kPeerHelp)
      .required();
  command.add_flag("--color,--colour", words->print.colour,
                   "Basic Color Print Management: RGB; without it, grayscale");
  command
      .add_option("--bits", words->bits,
                  "of grayscale: 8, 12 or auto: 12 for images with more than 8")
      .one_of({"auto", "8", "12"})
      .shows_default();
  command.add_option("--window", words->window,
                     "centre,width in place of what the images say (-500,1500)");
  command.add_option("--frame", words->frame, "of each file only this one, from 1");
  command.add_flag("--status", words->status,
                   "print how the printer says it is; without files, that alone");
  add_film_options(command, *words);
  add_peer_options(command, words->peer);
  command.footer(
      "All frames of all files, in order; a film is printed when its places are full. Windows, "
      "VOI\n"
      "LUTs and rescale of the images are applied. What is left out is the printer's own choice.");
}

}  // namespace slipring::cli
