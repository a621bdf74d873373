#include "engine/cli/network/peer_options.h"

#include <fmt/format.h>

#include <charconv>

#include "engine/cli/job_options.h"
#include "engine/cli/output/log.h"
#include "engine/dicom/escape.h"

namespace slipring::cli {

namespace {

[[noreturn]] void refuse(const std::string& text) { throw UsageError("peer", text); }

std::uint16_t port_of(const std::string& text) {
  unsigned port = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, port);
  if (error != std::errc{} || rest != end || port == 0 || port > 65535)
    refuse(fmt::format("'{}' is no port from 1 to 65535", dicom::terminal_text(text)));
  return static_cast<std::uint16_t>(port);
}

struct Place {
  std::string title;
  std::string host;
  std::uint16_t port = 0;
};

// "AET@host", "host", "AET@[::1]".
void take_host(std::string_view word, Place& into) {
  if (const std::size_t at = word.rfind('@'); at != word.npos) {
    into.title = word.substr(0, at);
    word.remove_prefix(at + 1);
  }
  if (word.size() > 2 && word.front() == '[' && word.back() == ']')
    word = word.substr(1, word.size() - 2);
  into.host = word;
}

Place place_of(std::span<const std::string> words) {
  Place place;
  if (words.size() == 2) {
    take_host(words[0], place);
    place.port = port_of(words[1]);
  } else {
    const std::string& word = words.front();
    const std::size_t colon = word.rfind(':');
    if (colon == word.npos)
      refuse(fmt::format("'{}' is neither HOST:PORT nor a [peer.NAME] of --config",
                         dicom::terminal_text(word)));
    take_host(std::string_view(word).substr(0, colon), place);
    place.port = port_of(word.substr(colon + 1));
  }
  if (place.host.empty()) refuse("the peer has no host");
  return place;
}

using Table = std::map<std::string, std::string>;

const std::string& in_table(const Table& table, const std::string& key) {
  static const std::string nothing;
  const auto found = table.find(key);
  return found == table.end() ? nothing : found->second;
}

// What the command line left open is the table's.
PeerOptions completed(PeerOptions options, const Table& table) {
  const auto fill = [&](std::string& value, const char* key) {
    if (value.empty()) value = in_table(table, key);
  };
  fill(options.call, "call");
  fill(options.aetitle, "aetitle");
  fill(options.max_pdu, "max-pdu");
  fill(options.tls_options.key, "key");
  fill(options.tls_options.certificate, "cert");
  fill(options.tls_options.ca_file, "cafile");
  options.tls = options.tls || in_table(table, "tls") == "true";
  return options;
}

void check_title(const std::string& title) {
  if (const auto checked = dimse::check_ae_title(title); !checked)
    refuse(fmt::format("'{}': {}", dicom::terminal_text(title), checked.error().what));
}

dimse::Milliseconds milliseconds(double seconds) {
  return dimse::Milliseconds(static_cast<long long>(seconds * 1000));
}

dimse::Timeouts timeouts_of(const PeerOptions& options) {
  dimse::Timeouts timeouts;
  timeouts.connect = timeouts.tls = milliseconds(options.connect_timeout);
  timeouts.association = timeouts.release = milliseconds(options.acse_timeout);
  timeouts.response = timeouts.pdu = milliseconds(options.dimse_timeout);
  return timeouts;
}

std::shared_ptr<dimse::TlsContext> tls_of(const PeerOptions& options) {
  if (!options.tls) {
    if (!options.tls_options.key.empty() || !options.tls_options.certificate.empty() ||
        !options.tls_options.ca_file.empty())
      refuse("--key, --cert and --cafile need --tls");
    return nullptr;
  }
  auto context = dimse::TlsContext::client(options.tls_options);
  if (!context) refuse(describe(context.error()));
  for (const std::string& warning : (*context)->warnings()) log_warning(warning);
  return *context;
}

}  // namespace

std::uint32_t max_pdu_of(const std::string& text) {
  if (text.empty()) return dimse::kMaxPduBytesDefault;
  const std::uint64_t bytes = parse_size(text);
  constexpr std::uint64_t kLeast = 4096;
  if (bytes != 0 && (bytes < kLeast || bytes > dimse::kMaxPduBytesCap))
    refuse(
        fmt::format("--max-pdu is 0 (no limit) or from {} to {}", kLeast, dimse::kMaxPduBytesCap));
  return static_cast<std::uint32_t>(bytes);
}

void add_peer_options(Command& command, PeerOptions& options) {
  command.add_option("--call", options.call, "called AE title (-aec), where AET@ does not say it");
  command.add_option("--aetitle", options.aetitle, "our own AE title (-aet): SLIPRING");
  command.add_option("--max-pdu", options.max_pdu,
                     "the longest PDU we take (-pdu): 0, or 4096 to 1M");
  command
      .add_option("--max-ops-invoked", options.max_ops_invoked,
                  "requests outstanding at a time, where the peer allows several")
      .range(0U, 65535U);
  const auto seconds = [&](const char* name, double& value, const char* help) {
    command.add_option(name, value, help).range(0.0, 86'400.0).shows_default();
  };
  seconds("--connect-timeout", options.connect_timeout, "seconds for TCP, and for TLS (-to)");
  seconds("--acse-timeout", options.acse_timeout, "seconds for association and release (-ta)");
  seconds("--dimse-timeout", options.dimse_timeout, "seconds for a response, or for a PDU (-td)");
  command.add_flag("--tls", options.tls, "TLS 1.2 or 1.3, the peer's certificate verified");
  command.add_option("--key", options.tls_options.key, "our key, PEM without a passphrase");
  command.add_option("--cert", options.tls_options.certificate, "our certificate, PEM");
  command.add_option("--cafile", options.tls_options.ca_file,
                     "whom to trust, PEM: the system's authorities without it");
}

ChosenPeer choose_peer(const Context& context, std::span<const std::string> words,
                       const PeerOptions& given) {
  if (words.empty() || words.size() > 2) refuse("name one peer: [AET@]HOST:PORT or HOST PORT");
  const auto named = context.peers.find(words.front());
  const bool is_named = words.size() == 1 && named != context.peers.end();
  const Table table = is_named ? named->second : Table{};
  const PeerOptions options = completed(given, table);
  Place place;
  if (is_named) {
    place.host = in_table(table, "host");
    if (place.host.empty()) refuse(fmt::format("[peer.{}] has no host", words.front()));
    place.port = port_of(in_table(table, "port"));
  } else {
    place = place_of(words);
  }
  if (!place.title.empty() && !options.call.empty() && place.title != options.call)
    refuse("--call names another AE title than AET@");
  ChosenPeer chosen;
  if (!options.call.empty()) place.title = options.call;
  if (!place.title.empty()) chosen.proposal.called_ae = place.title;
  if (!options.aetitle.empty()) chosen.proposal.calling_ae = options.aetitle;
  check_title(chosen.proposal.called_ae);
  check_title(chosen.proposal.calling_ae);
  chosen.proposal.max_pdu_bytes = max_pdu_of(options.max_pdu);
  if (options.max_ops_invoked > 1)
    chosen.proposal.async_window.invoked = static_cast<std::uint16_t>(options.max_ops_invoked);
  chosen.timeouts = timeouts_of(options);
  chosen.peer = {place.host, place.port, tls_of(options)};
  chosen.tls_options = options.tls_options;
  const bool is_v6 = place.host.find(':') != std::string::npos;
  chosen.name = fmt::format("{}@{}:{}", chosen.proposal.called_ae,
                            is_v6 ? "[" + place.host + "]" : place.host, place.port);
  return chosen;
}

std::shared_ptr<dimse::TlsContext> listener_tls(const ChosenPeer& chosen) {
  if (chosen.peer.tls == nullptr) return nullptr;
  if (chosen.tls_options.key.empty() || chosen.tls_options.certificate.empty())
    refuse("with --tls a listener of ours needs --key and --cert");
  auto context = dimse::TlsContext::server(chosen.tls_options);
  if (!context) refuse(describe(context.error()));
  return *context;
}

}  // namespace slipring::cli
