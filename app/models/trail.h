// How fast a row was lately, for the tiny graph in it.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <algorithm>
#include <array>

namespace sallyport::models {

class Trail {
  public:
    static constexpr qsizetype kSeconds = 30;

    // Bytes a second, of a second more.
    void add(double down, double up) {
        const auto put = [](Rates& rates, double rate) {
            std::move(rates.begin() + 1, rates.end(), rates.begin());
            rates.back() = float(rate);
        };
        put(down_, down);
        put(up_, up);
    }
    // Oldest first, from 0 to 1: the fastest of them. Nothing moved: empty.
    QList<float> down() const { return scaled(down_); }
    QList<float> up() const { return scaled(up_); }
    bool isStill() const { return highest(down_) <= 0 && highest(up_) <= 0; }

  private:
    using Rates = std::array<float, kSeconds>;

    static float highest(const Rates& rates) {
        return *std::max_element(rates.begin(), rates.end());
    }
    static QList<float> scaled(const Rates& rates) {
        const float top = highest(rates);
        if (top <= 0)
            return {};
        QList<float> parts(rates.begin(), rates.end());
        for (float& part : parts)
            part /= top;
        return parts;
    }

    Rates down_{}, up_{};
};

}  // namespace sallyport::models
