// The upper part of the question.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/question_facts.h"

#include <QDateTime>
#include <QFormLayout>
#include <QGridLayout>
#include <QLabel>
#include <QLocale>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QStyle>
#include <QTextBlock>
#include <QTextLayout>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>
#include <utility>

#include "client/package_owner.h"
#include "models/program_names.h"
#include "models/words.h"
#include "views/question_words.h"
#include "views/window_settings.h"
#include "widgets/elided_label.h"
#include "widgets/plain_text.h"

namespace sallyport::views {
namespace {

using widgets::displayText;
using widgets::ElidedLabel;

constexpr double kHeadingScale = 1.1;
constexpr double kRemoteScale = 1.5;
constexpr int kIconLines = 3;  // as tall as so many lines of text
constexpr int kParentsShown = 12;

void scaleFont(QWidget* widget, double factor, bool bold) {
    QFont font = widget->font();
    if (font.pointSizeF() > 0)
        font.setPointSizeF(font.pointSizeF() * factor);
    font.setBold(bold);
    widget->setFont(font);
}

ElidedLabel* line(const char* name) {
    auto* label = new ElidedLabel;
    label->setObjectName(QLatin1String(name));
    return label;
}

void clear(QLayout* layout) {
    while (QLayoutItem* item = layout->takeAt(0)) {
        delete item->widget();
        delete item;
    }
}

// Breaks anywhere; as high as its text, up to `most` lines, and scrolls what is more.
class LongFact final : public QPlainTextEdit {
  public:
    LongFact(const QString& name, int most) : most_(most) {
        setReadOnly(true);
        setTabChangesFocus(true);
        setWordWrapMode(QTextOption::WrapAnywhere);
        setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
        setFrameShape(QFrame::NoFrame);
        document()->setDocumentMargin(0);
        viewport()->setAutoFillBackground(false);
        setAccessibleName(name);
        QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Fixed);
        policy.setHeightForWidth(true);
        setSizePolicy(policy);
        connect(this, &QPlainTextEdit::textChanged, this, &LongFact::updateGeometry);
    }
    int heightForWidth(int width) const override {
        const int spacing = fontMetrics().lineSpacing();
        const int most = spacing * most_;
        double height = 0;
        for (QTextBlock block = document()->begin(); block.isValid() && height < most;
             block = block.next()) {
            QTextLayout layout(block.text(), font(), this);
            layout.setTextOption(document()->defaultTextOption());
            layout.beginLayout();
            for (QTextLine line = layout.createLine(); line.isValid() && height < most;
                 line = layout.createLine()) {
                line.setLineWidth(width);
                height += line.height();
            }
            layout.endLayout();
        }
        constexpr int kSpare = 1;  // with less it takes the last line for one to scroll to
        return std::clamp(int(std::ceil(height)), spacing, most) + kSpare;
    }
    QSize minimumSizeHint() const override { return {0, heightForWidth(width())}; }
    QSize sizeHint() const override {
        const int width = QPlainTextEdit::sizeHint().width();
        return {width, heightForWidth(width)};
    }

  private:
    int most_;  // lines
};

QString parentsText(const api::Process& process) {
    QStringList lines;
    for (const api::Ancestor& parent : process.ancestors) {
        if (lines.size() == kParentsShown) {
            lines.append(QStringLiteral("\u2026"));
            break;
        }
        lines.append(QStringLiteral("%1 (%2)").arg(displayText(parent.path)).arg(parent.pid));
    }
    return lines.join(QLatin1Char('\n'));
}

}  // namespace

QuestionHeader::QuestionHeader(QWidget* corner, QWidget* parent)
    : QWidget(parent),
      icon_(new QLabel),
      heading_(line("heading")),
      remote_(line("remote")),
      purpose_(line("purpose")),
      endpoint_(line("endpoint")),
      path_(line("path")),
      startedBy_(line("startedBy")) {
    icon_->setAlignment(Qt::AlignTop | Qt::AlignHCenter);
    scaleFont(heading_, kHeadingScale, false);
    scaleFont(remote_, kRemoteScale, true);
    // The window does not grow with each question: the longest there is fits, but for long names.
    api::Question longest;
    longest.direction = api::Direction::Inbound;
    longest.process.identity.kind = api::AppIdentity::Kind::Unknown;
    heading_->setMinimumWidth(
        heading_->fontMetrics().horizontalAdvance(QuestionWords::heading(longest)));
    remote_->setForcedLeftToRight(true);
    path_->setForcedLeftToRight(true);

    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    setForegroundRole(QPalette::Text);
    auto* grid = new QGridLayout(this);
    grid->setColumnStretch(1, 1);
    grid->setHorizontalSpacing(fontMetrics().height() / 2 + grid->horizontalSpacing());
    grid->addWidget(icon_, 0, 0, 3, 1, Qt::AlignTop);
    grid->addWidget(heading_, 0, 1);
    grid->addWidget(corner, 0, 2, Qt::AlignTrailing | Qt::AlignVCenter);
    grid->addWidget(remote_, 1, 1, 1, 2);
    grid->addWidget(purpose_, 2, 1, 1, 2);
    grid->addWidget(endpoint_, 3, 1, 1, 2);
    grid->addWidget(path_, 4, 1, 1, 2);
    grid->addWidget(startedBy_, 5, 1, 1, 2);
}

void QuestionHeader::setQuestion(const api::Question& question) {
    const int side = fontMetrics().height() * kIconLines;
    icon_->setPixmap(
        models::ProgramNames::instance().icon(question.process.identity).pixmap(side, side));
    heading_->setText(QuestionWords::heading(question));
    purpose_->setText(QuestionWords::purpose(question));
    purpose_->setToolTip(models::Words::tip(QuestionWords::requests(question)));
    purpose_->setVisible(!question.requests.isEmpty());
    remote_->setText(QuestionWords::remote(question));
    const QString country = countryOf(question);
    endpoint_->setText(QuestionWords::endpoint(question, country));
    path_->setText(QuestionWords::path(question.process));
    const QString parent = QuestionWords::startedBy(question.process);
    startedBy_->setText(parent.isEmpty()
                            ? tr("It is not known what started it.")
                            : tr("started by %1", "program").arg(widgets::isolated(parent)));
    // One reading of the whole for a screen reader.
    setAccessibleName(QuestionWords::sentence(question, country));
}

// The file is chosen in the window, at any time.
QString QuestionHeader::countryOf(const api::Question& question) {
    if (std::exchange(shown_, question.id) != question.id) {
        if (const QString file = countryFile(); std::exchange(countryFile_, file) != file) {
            if (const auto open = countries_.open(file); !open)
                qWarning("no countries: %s", qPrintable(open.error().text));
        }
    }
    return countries_.of(question.remote);
}

QuestionRisks::QuestionRisks(QPushButton* encryptedDns, QWidget* parent)
    : QWidget(parent), lines_(new QVBoxLayout), encryptedDns_(encryptedDns) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->addLayout(lines_);
    layout->addWidget(encryptedDns_, 0, Qt::AlignLeading);
    // The room of one line is always there: the next question's pushes no choice out of sight.
    setMinimumHeight(std::max(style()->pixelMetric(QStyle::PM_SmallIconSize, nullptr, this),
                              fontMetrics().lineSpacing()));
    QSizePolicy policy = sizePolicy();
    policy.setRetainSizeWhenHidden(true);
    setSizePolicy(policy);
}

void QuestionRisks::setQuestion(const api::Question& question) {
    clear(lines_);
    const int side = style()->pixelMetric(QStyle::PM_SmallIconSize, nullptr, this);
    const QList<QuestionWords::Risk> risks = QuestionWords::risks(question);
    for (const QuestionWords::Risk& risk : risks) {
        auto* row = new QWidget;
        auto* layout = new QHBoxLayout(row);
        layout->setContentsMargins({});
        auto* icon = new QLabel;
        icon->setPixmap(style()
                            ->standardIcon(risk.serious ? QStyle::SP_MessageBoxWarning
                                                        : QStyle::SP_MessageBoxInformation)
                            .pixmap(side, side));
        icon->setAccessibleName(risk.serious ? tr("Warning") : tr("Remark"));
        auto* text = new QLabel(risk.text);
        text->setObjectName(QStringLiteral("risk"));
        text->setTextFormat(Qt::PlainText);
        text->setWordWrap(true);
        layout->addWidget(icon, 0, Qt::AlignTop);
        layout->addWidget(text, 1);
        lines_->addWidget(row);
    }
    encryptedDns_->setVisible(QuestionWords::isEncryptedDns(question));
    setVisible(!risks.isEmpty());
}

QuestionDetails::QuestionDetails(QWidget* parent)
    : QWidget(parent), toggle_(new QToolButton), facts_(new QWidget) {
    toggle_->setObjectName(QStringLiteral("details"));
    toggle_->setText(tr("&Details"));
    toggle_->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    toggle_->setArrowType(layoutDirection() == Qt::RightToLeft ? Qt::LeftArrow : Qt::RightArrow);
    toggle_->setAutoRaise(true);
    toggle_->setCheckable(true);
    toggle_->setFocusPolicy(Qt::StrongFocus);

    form_ = new QFormLayout(facts_);
    form_->setContentsMargins({});
    form_->setLabelAlignment(Qt::AlignLeading);
    command_ = addLongFact(tr("Command line"), "commandLine", 2);
    file_ = addLongFact(tr("Program file"), "programFile", 2);
    package_ = addFact(tr("Package", "label: that the program came with"), "package");
    fingerprint_ = addLongFact(tr("Fingerprint (SHA-256)"), "fingerprint", 2);
    requests_ = addLongFact(tr("Asks for", "label: requests of HTTP"), "requests", 3);
    names_ = addLongFact(tr("Names"), "names", 2);
    nameSource_ = addFact(tr("Name from", "label: how it is known"), "nameSource");
    user_ = addFact(tr("User", "label: whose program it is"), "user");
    process_ = addFact(tr("Process"), "process");
    container_ = addFact(tr("Container"), "container");
    parents_ = addLongFact(tr("Started by"), "parents", 4);
    started_ = addFact(tr("Started at"), "startedAt");
    facts_->hide();

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(toggle_, 0, Qt::AlignLeading);
    layout->addWidget(facts_);
    connect(toggle_, &QToolButton::toggled, this, [this](bool open) {
        const bool mirrored = layoutDirection() == Qt::RightToLeft;
        toggle_->setArrowType(open ? Qt::DownArrow : mirrored ? Qt::LeftArrow : Qt::RightArrow);
        facts_->setVisible(open);
        findPackage();
        emit toggled(open);
    });
}

QLabel* QuestionDetails::addFact(const QString& name, const char* objectName) {
    auto* value = new QLabel;
    value->setObjectName(QLatin1String(objectName));
    value->setTextFormat(Qt::PlainText);
    value->setWordWrap(true);
    value->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    value->setAccessibleName(name);
    form_->addRow(name, value);
    return value;
}

QPlainTextEdit* QuestionDetails::addLongFact(const QString& name, const char* objectName,
                                             int lines) {
    auto* value = new LongFact(name, lines);
    value->setObjectName(QLatin1String(objectName));
    auto* label = new QLabel(name);
    label->setAlignment(Qt::AlignLeading | Qt::AlignTop);  // as the text; a form centres it
    form_->addRow(label, value);
    return value;
}

// Only for who looks: it takes a while.
void QuestionDetails::findPackage() {
    if (!toggle_->isChecked() || !package_->text().isEmpty())
        return;
    package_->setText(QStringLiteral("…"));
    client::findPackage(path_, this, [this, path = path_](const QString& package) {
        if (path == path_)
            package_->setText(package.isEmpty() ? tr("none that is known") : package);
    });
}

void QuestionDetails::setQuestion(const api::Question& question) {
    const api::Process& process = question.process;
    const auto orUnknown = [](const QString& text) {
        return text.isEmpty() ? tr("unknown") : text;
    };
    command_->setPlainText(orUnknown(widgets::displayCommand(process.commandLine)));
    file_->setPlainText(orUnknown(displayText(process.path)));
    const auto showIf = [this](bool known, QWidget* field) {
        form_->labelForField(field)->setVisible(known);
        field->setVisible(known);
    };
    fingerprint_->setPlainText(process.sha256);
    showIf(!process.sha256.isEmpty(), fingerprint_);
    if (std::exchange(path_, process.path) != process.path) {
        package_->clear();
        findPackage();
    }
    requests_->setPlainText(QuestionWords::requests(question));
    names_->setPlainText(QuestionWords::names(question));
    nameSource_->setText(models::Words::nameSource(question.nameSource));
    showIf(!question.requests.isEmpty(), requests_);
    showIf(!question.names.isEmpty(), names_);
    showIf(!question.names.isEmpty(), nameSource_);
    user_->setText(models::Words::user(process.uid));
    process_->setText(QString::number(process.pid));
    container_->setText(displayText(process.container));
    showIf(!process.container.isEmpty(), container_);
    parents_->setPlainText(orUnknown(parentsText(process)));
    started_->setText(process.startedMs == 0
                          ? tr("unknown")
                          : QLocale().toString(QDateTime::fromMSecsSinceEpoch(process.startedMs),
                                               QLocale::ShortFormat));
}

}  // namespace sallyport::views
