// Text that stands back is still read: at least 4.5 to 1, on light and on dark, as it is drawn.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QApplication>
#include <QImage>
#include <QLabel>
#include <QPainter>
#include <QStandardItemModel>
#include <QStyle>
#include <QTest>
#include <QTreeView>

#include "gui_screenshot.h"
#include "models/face.h"
#include "views/explanation_view.h"
#include "views/main_window.h"
#include "widgets/contrast.h"
#include "widgets/empty_note.h"
#include "widgets/row_delegate.h"
#include "window_samples.h"

using namespace sallyport;
using namespace Qt::StringLiterals;

namespace {

// Of what stands out most.
double drawn(const QImage& image, const QColor& ground) {
    double most = 1;
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x)
            most = std::max(most, widgets::contrast(image.pixelColor(x, y), ground));
    }
    return most;
}

// Letters whose strokes fill whole pixels.
QFont large() {
    constexpr int kPixels = 48;
    QFont font = QApplication::font();
    font.setPixelSize(kPixels);
    font.setBold(true);
    return font;
}

double drawn(QLabel* label) {
    label->setFont(large());
    label->setText(u"III"_s);
    label->resize(label->sizeHint());
    const QImage image = label->grab().toImage();
    return drawn(image, image.pixelColor(0, 0));
}

}  // namespace

class TestContrast : public QObject {
    Q_OBJECT

  private slots:
    void init() {
        QFETCH_GLOBAL(bool, dark);
        if (dark)
            QApplication::setPalette(tests::darkPalette());
    }
    void cleanup() { QApplication::setPalette(QApplication::style()->standardPalette()); }
    void initTestCase_data() {
        QTest::addColumn<bool>("dark");
        QTest::newRow("light") << false;
        QTest::newRow("dark") << true;
    }

    void knownRatios() {
        QCOMPARE(widgets::contrast(Qt::black, Qt::white), 21.0);
        QCOMPARE(widgets::contrast(Qt::white, Qt::white), 1.0);
        QVERIFY(std::abs(widgets::contrast(QColor(0x77, 0x77, 0x77), Qt::white) - 4.48) < 0.01);
    }

    // The whole tree is so while the helper is away.
    void oldRows() {
        QStandardItemModel model(1, 1);
        model.setItem(0, 0, new QStandardItem(u"III"_s));
        QTreeView tree;
        tree.setModel(&model);
        widgets::RowDelegate delegate({}, nullptr);
        delegate.setStale(true);
        for (const auto ground : {QPalette::Base, QPalette::AlternateBase}) {
            QImage image(160, 64, QImage::Format_RGB32);
            image.fill(tree.palette().color(QPalette::Active, ground));
            QPainter painter(&image);
            QStyleOptionViewItem option;
            option.initFrom(&tree);
            option.widget = &tree;
            option.rect = image.rect();
            option.font = large();
            option.fontMetrics = QFontMetrics(option.font);
            option.state |= QStyle::State_Enabled | QStyle::State_Active;
            delegate.paint(&painter, option, model.index(0, 0));
            painter.end();
            const double found = drawn(image, image.pixelColor(image.width() - 2, 2));
            QVERIFY2(found >= widgets::kLeastContrast, qPrintable(QString::number(found)));
            QVERIFY(found <
                    widgets::contrast(tree.palette().color(QPalette::Active, QPalette::Text),
                                      image.pixelColor(0, 0)));  // it does stand back
        }
    }

    void notesOverEmptyLists() {
        QStandardItemModel model;
        QTreeView tree;
        tree.setModel(&model);
        auto* note = new widgets::EmptyNote(&tree);
        for (const bool enabled : {true, false}) {  // as it is while the helper is away
            tree.setEnabled(enabled);
            const double found = drawn(note);
            QVERIFY2(found >= widgets::kLeastContrast, qPrintable(QString::number(found)));
        }
        const auto active = [&tree](QPalette::ColorRole role) {
            return tree.palette().color(QPalette::Active, role);
        };
        QVERIFY(drawn(note) < widgets::contrast(active(QPalette::Text), active(QPalette::Base)));
    }

    void rulesThatDoNotFit() {
        fakes::FakeFirewall firewall;
        models::RuleBook book(firewall, models::plainFace);
        views::ExplanationView view(book);
        api::Explanation why;
        why.steps = {{samples::rule(1, u"/usr/bin/curl"_s, api::Action::Allow), false, false,
                      u"the port is 80"_s}};
        view.show(why, true);
        const double found = drawn(view.findChildren<QLabel*>().last());
        QVERIFY2(found >= widgets::kLeastContrast, qPrintable(QString::number(found)));
        QVERIFY(found < drawn(view.findChildren<QLabel*>().first()));
    }

    // The palette may change while they are in sight.
    void namesOfFacts() {
        QFETCH_GLOBAL(bool, dark);
        fakes::FakeFirewall firewall;
        samples::fill(firewall);
        views::MainWindow window(firewall);
        window.show();
        auto* tree = window.findChild<QTreeView*>(u"connectionsTree"_s);
        QTRY_VERIFY(tree->model()->rowCount() > 0);
        tree->setCurrentIndex(tree->model()->index(0, 0));
        auto* inspector = window.findChild<QWidget*>(u"inspector"_s);
        const auto title = [inspector] {
            const auto labels = inspector->findChildren<QLabel*>();
            const auto at = std::find_if(labels.cbegin(), labels.cend(), [](const QLabel* label) {
                return label->text() == u"Command line"_s;
            });
            return at == labels.cend() ? nullptr : *at;
        };
        QTRY_VERIFY(title());
        QApplication::setPalette(dark ? QApplication::style()->standardPalette()
                                      : tests::darkPalette());
        QCoreApplication::processEvents();
        const QPalette& palette = title()->palette();
        const double found = widgets::contrast(palette.color(title()->foregroundRole()),
                                               palette.color(QPalette::Window));
        QVERIFY2(found >= widgets::kLeastContrast, qPrintable(QString::number(found)));
    }
};

QTEST_MAIN(TestContrast)
#include "tst_contrast.moc"
