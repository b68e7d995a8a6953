// Says over an empty list what will appear in it and how.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/contrast.h"

class QAbstractItemView;

namespace sallyport::widgets {

class EmptyNote : public FaintLabel {
    Q_OBJECT
  public:
    // Follows the view's model, which must be set. Owned by the view.
    explicit EmptyNote(QAbstractItemView* view);
    void setNote(const QString& note);

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    void refresh();

    QAbstractItemView* view_;
};

}  // namespace sallyport::widgets
