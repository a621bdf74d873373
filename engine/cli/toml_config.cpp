#include "engine/cli/toml_config.h"

#include <toml++/toml.h>

#include <sstream>

namespace slipring::cli {

namespace {

class TomlConfig final : public CLI::Config {
 public:
  explicit TomlConfig(PeerTable& peers) : peers_(peers) {}

  std::string to_config(const CLI::App*, bool, bool, std::string) const override { return {}; }

  std::vector<CLI::ConfigItem> from_config(std::istream& input) const override {
    std::vector<CLI::ConfigItem> read;
    try {
      add(toml::parse(input), {}, read);
      take_peers(read);
    } catch (const toml::parse_error& error) {
      std::ostringstream text;
      text << error.description() << " (" << error.source().begin << ")";
      throw CLI::ConversionError("--config", text.str());
    }
    return read;
  }

 private:
  static std::string text_of(const toml::node& node) {
    if (const auto* text = node.as_string()) return text->get();
    if (const auto* number = node.as_integer()) return std::to_string(number->get());
    if (const auto* flag = node.as_boolean()) return flag->get() ? "true" : "false";
    std::ostringstream text;
    text << node.as_floating_point()->get();
    return text.str();
  }

  // [peer.NAME] is no command's.
  void take_peers(std::vector<CLI::ConfigItem>& read) const {
    std::erase_if(read, [&](const CLI::ConfigItem& item) {
      if (item.parents.size() != 2 || item.parents[0] != "peer" || item.inputs.size() != 1)
        return false;
      peers_[item.parents[1]][item.name] = item.inputs[0];
      return true;
    });
  }

  static void add(const toml::table& table, const std::vector<std::string>& parents,
                  std::vector<CLI::ConfigItem>& into) {
    for (const auto& [key, node] : table) {
      const std::string name(key.str());
      if (const auto* inner = node.as_table()) {
        std::vector<std::string> below = parents;
        below.push_back(name);
        add(*inner, below, into);
        continue;
      }
      CLI::ConfigItem item;
      item.parents = parents;
      item.name = name;
      if (const auto* list = node.as_array())
        for (const toml::node& each : *list) item.inputs.push_back(text_of(each));
      else
        item.inputs.push_back(text_of(node));
      into.push_back(std::move(item));
    }
  }

  PeerTable& peers_;
};

}  // namespace

std::shared_ptr<CLI::Config> toml_config(PeerTable& peers) {
  return std::make_shared<TomlConfig>(peers);
}

}  // namespace slipring::cli
