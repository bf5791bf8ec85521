<?xml version="1.0" encoding="UTF-8"?>
<!-- Part of html.xsl: each system's revisions as a stairway, and what each of them is and does. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
                xmlns:set="http://exslt.org/sets" exclude-result-prefixes="set">

  <!-- So many are drawn as stairs; more are a strip, and their list is folded by the hundred. -->
  <xsl:variable name="most-stairs" select="16"/>
  <xsl:variable name="fold" select="100"/>

  <xsl:template name="stairway">
    <xsl:if test="system">
      <section id="stairway" aria-labelledby="stairway-heading">
        <h2 id="stairway-heading">Stairway</h2>
        <p class="lead">Each revision goes up, down and up again: the downgrade has to restore what was
          there before, the second upgrade has to give what the first gave.</p>
        <xsl:for-each select="system">
          <xsl:call-template name="system-stairway"/>
        </xsl:for-each>
      </section>
    </xsl:if>
  </xsl:template>

  <xsl:template name="system-stairway">
    <!-- Of an older record: the labels that its findings have; attributes then. -->
    <xsl:variable name="steps" select="revision
      | set:distinct(key('by-system', @name)/@revision)[not(current()/revision)]"/>
    <xsl:variable name="system" select="@name"/>
    <div class="card">
      <h3 class="system" id="{concat('stairway-', position())}">
        <xsl:call-template name="name">
          <xsl:with-param name="text" select="@name"/>
        </xsl:call-template>
        <small>
          <xsl:text> </xsl:text>
          <xsl:call-template name="count">
            <xsl:with-param name="n" select="@revisions"/>
            <xsl:with-param name="one">revision</xsl:with-param>
          </xsl:call-template>
          <xsl:if test="@folder">
            <xsl:text> in </xsl:text>
            <xsl:call-template name="name">
              <xsl:with-param name="text" select="@folder"/>
              <xsl:with-param name="most" select="100"/>
            </xsl:call-template>
          </xsl:if>
        </small>
      </h3>
      <xsl:if test="$steps and server-run[2]">
        <p class="hint">
          <xsl:value-of select="concat('Each time is that of the slowest of the ', count(server-run), ' servers, or of the one that failed.')"/>
        </p>
      </xsl:if>
      <xsl:choose>
        <xsl:when test="not($steps)">
          <p class="none">No revision is recorded.</p>
        </xsl:when>
        <xsl:when test="count($steps) &lt;= $most-stairs">
          <div class="scroll" tabindex="0" role="group" aria-label="Stairs of {substring(@name, 1, 60)}">
            <ol class="stairs">
              <xsl:for-each select="$steps">
                <xsl:call-template name="stair">
                  <xsl:with-param name="system" select="$system"/>
                </xsl:call-template>
              </xsl:for-each>
            </ol>
          </div>
          <xsl:for-each select="$steps">
            <xsl:call-template name="step">
              <xsl:with-param name="system" select="$system"/>
            </xsl:call-template>
          </xsl:for-each>
        </xsl:when>
        <xsl:otherwise>
          <xsl:call-template name="strip">
            <xsl:with-param name="system" select="$system"/>
            <xsl:with-param name="steps" select="$steps"/>
          </xsl:call-template>
          <xsl:call-template name="folds">
            <xsl:with-param name="system" select="$system"/>
            <xsl:with-param name="steps" select="$steps"/>
          </xsl:call-template>
        </xsl:otherwise>
      </xsl:choose>
    </div>
  </xsl:template>

  <!-- The label of the current step. -->
  <xsl:template name="label">
    <xsl:choose>
      <xsl:when test="self::revision"><xsl:value-of select="@label"/></xsl:when>
      <xsl:otherwise><xsl:value-of select="."/></xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <xsl:template name="step-state">
    <xsl:param name="findings"/>
    <xsl:choose>
      <xsl:when test="@given = 'true'">given</xsl:when>
      <xsl:otherwise>
        <xsl:call-template name="worst">
          <xsl:with-param name="findings" select="$findings"/>
        </xsl:call-template>
      </xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <xsl:template name="step-words">
    <xsl:param name="state"/>
    <xsl:choose>
      <xsl:when test="$state = 'none'">not judged</xsl:when>
      <xsl:when test="$state = 'given'">was there already</xsl:when>
      <xsl:otherwise><xsl:value-of select="$state"/></xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <xsl:template name="stair">
    <xsl:param name="system"/>
    <xsl:variable name="label"><xsl:call-template name="label"/></xsl:variable>
    <xsl:variable name="state">
      <xsl:call-template name="step-state">
        <xsl:with-param name="findings" select="key('by-revision', concat($system, '&#10;', $label))"/>
      </xsl:call-template>
    </xsl:variable>
    <xsl:variable name="id">
      <xsl:call-template name="id">
        <xsl:with-param name="of" select="concat('revision&#10;', $system, '&#10;', $label)"/>
      </xsl:call-template>
    </xsl:variable>
    <li class="{$state}">
      <a href="#{$id}">
        <span class="tread">
          <xsl:call-template name="state-sign">
            <xsl:with-param name="state" select="$state"/>
          </xsl:call-template>
          <xsl:call-template name="breakable">
            <xsl:with-param name="text" select="string($label)"/>
          </xsl:call-template>
        </span>
      </a>
      <xsl:call-template name="times">
        <xsl:with-param name="system" select="$system"/>
        <xsl:with-param name="label" select="$label"/>
      </xsl:call-template>
    </li>
  </xsl:template>

  <xsl:template name="state-sign">
    <xsl:param name="state"/>
    <span class="state" aria-hidden="true">
      <xsl:call-template name="sign">
        <xsl:with-param name="status" select="$state"/>
      </xsl:call-template>
    </span>
    <span class="unseen">
      <xsl:call-template name="step-words">
        <xsl:with-param name="state" select="$state"/>
      </xsl:call-template>
      <xsl:text>: </xsl:text>
    </span>
  </xsl:template>

  <!-- The three times; of several servers, the slowest. -->
  <xsl:template name="times">
    <xsl:param name="system"/>
    <xsl:param name="label"/>
    <xsl:variable name="rung" select="concat($system, '&#10;', $label, '&#10;stairway.')"/>
    <xsl:variable name="up" select="key('by-rung', concat($rung, 'up'))[@status != 'skipped']"/>
    <xsl:variable name="down" select="key('by-rung', concat($rung, 'down'))[@status != 'skipped']"/>
    <xsl:variable name="again" select="key('by-rung', concat($rung, 'again'))[@status != 'skipped']"/>
    <xsl:if test="$up | $down | $again">
      <span class="times">
        <xsl:call-template name="one-time">
          <xsl:with-param name="findings" select="$up"/>
          <xsl:with-param name="sign">↑</xsl:with-param>
          <xsl:with-param name="words">up</xsl:with-param>
        </xsl:call-template>
        <xsl:call-template name="one-time">
          <xsl:with-param name="findings" select="$down"/>
          <xsl:with-param name="sign">↓</xsl:with-param>
          <xsl:with-param name="words">down</xsl:with-param>
        </xsl:call-template>
        <xsl:call-template name="one-time">
          <xsl:with-param name="findings" select="$again"/>
          <xsl:with-param name="sign">↑</xsl:with-param>
          <xsl:with-param name="words">up again</xsl:with-param>
        </xsl:call-template>
      </span>
    </xsl:if>
  </xsl:template>

  <xsl:template name="one-time">
    <xsl:param name="findings"/>
    <xsl:param name="sign"/>
    <xsl:param name="words"/>
    <xsl:if test="$findings">
      <span>
        <xsl:if test="$findings[@status = 'failed' or @status = 'error']">
          <xsl:attribute name="class">failed</xsl:attribute>
        </xsl:if>
        <span aria-hidden="true"><xsl:value-of select="concat($sign, '&#160;')"/></span>
        <span class="unseen"><xsl:value-of select="concat(' ', $words, ' ')"/></span>
        <xsl:for-each select="$findings">
          <!-- What failed before what took longest. -->
          <xsl:sort select="@status = 'failed' or @status = 'error'" order="descending"/>
          <xsl:sort select="@duration" data-type="number" order="descending"/>
          <xsl:if test="position() = 1">
            <xsl:call-template name="duration"/>
            <xsl:if test="@server">
              <span class="unseen"> on <bdi><xsl:value-of select="@server"/></bdi></span>
            </xsl:if>
          </xsl:if>
        </xsl:for-each>
        <xsl:if test="$findings[@status = 'failed' or @status = 'error']"> ✗</xsl:if>
      </span>
    </xsl:if>
  </xsl:template>

  <xsl:template name="strip">
    <xsl:param name="system"/>
    <xsl:param name="steps"/>
    <p class="hint">One mark for each revision, base first; the list below says the same.</p>
    <!-- For eyes and the mouse; a keyboard goes by the list. -->
    <div class="strip" aria-hidden="true">
      <xsl:for-each select="$steps">
        <xsl:variable name="label"><xsl:call-template name="label"/></xsl:variable>
        <xsl:variable name="state">
          <xsl:call-template name="step-state">
            <xsl:with-param name="findings" select="key('by-revision', concat($system, '&#10;', $label))"/>
          </xsl:call-template>
        </xsl:variable>
        <a tabindex="-1" class="{$state}" title="{substring($label, 1, 80)}">
          <xsl:attribute name="href">
            <xsl:text>#</xsl:text>
            <xsl:call-template name="id">
              <xsl:with-param name="of" select="concat('revision&#10;', $system, '&#10;', $label)"/>
            </xsl:call-template>
          </xsl:attribute>
          <xsl:if test="$state = 'failed'">✗</xsl:if>
          <xsl:if test="$state = 'warning'">!</xsl:if>
        </a>
      </xsl:for-each>
    </div>
  </xsl:template>

  <xsl:template name="folds">
    <xsl:param name="system"/>
    <xsl:param name="steps"/>
    <xsl:for-each select="$steps[position() mod $fold = 1]">
      <xsl:variable name="from" select="(position() - 1) * $fold + 1"/>
      <xsl:variable name="some" select="$steps[position() &gt;= $from and position() &lt; $from + $fold]"/>
      <xsl:variable name="states">
        <xsl:for-each select="$some">
          <xsl:variable name="label"><xsl:call-template name="label"/></xsl:variable>
          <xsl:variable name="state">
            <xsl:call-template name="step-state">
              <xsl:with-param name="findings" select="key('by-revision', concat($system, '&#10;', $label))"/>
            </xsl:call-template>
          </xsl:variable>
          <xsl:value-of select="translate(substring($state, 1, 1), 'fwpsng', 'fwpppp')"/>
        </xsl:for-each>
      </xsl:variable>
      <xsl:variable name="n-failed" select="string-length(translate($states, 'wp', ''))"/>
      <xsl:variable name="n-warning" select="string-length(translate($states, 'fp', ''))"/>
      <details class="fold">
        <summary>
          <xsl:value-of select="concat('Revisions ', format-number($from, '#,##0'), ' to ',
                                format-number($from + count($some) - 1, '#,##0'), ' ')"/>
          <xsl:if test="$n-failed &gt; 0">
            <xsl:call-template name="badge">
              <xsl:with-param name="status">failed</xsl:with-param>
              <xsl:with-param name="words" select="concat($n-failed, ' failed')"/>
            </xsl:call-template>
          </xsl:if>
          <xsl:if test="$n-warning &gt; 0">
            <xsl:call-template name="badge">
              <xsl:with-param name="status">warning</xsl:with-param>
              <xsl:with-param name="words" select="concat($n-warning, ' with warnings')"/>
            </xsl:call-template>
          </xsl:if>
        </summary>
        <xsl:for-each select="$some">
          <xsl:call-template name="step">
            <xsl:with-param name="system" select="$system"/>
            <xsl:with-param name="many" select="true()"/>
          </xsl:call-template>
        </xsl:for-each>
      </details>
    </xsl:for-each>
  </xsl:template>

  <!-- One revision: its files, what it changes, what was found. -->
  <xsl:template name="step">
    <xsl:param name="system"/>
    <xsl:param name="many" select="false()"/>
    <xsl:variable name="label"><xsl:call-template name="label"/></xsl:variable>
    <xsl:variable name="findings" select="key('by-revision', concat($system, '&#10;', $label))"/>
    <xsl:variable name="state">
      <xsl:call-template name="step-state">
        <xsl:with-param name="findings" select="$findings"/>
      </xsl:call-template>
    </xsl:variable>
    <details class="step {$state}">
      <!-- Of many, only those are open on paper that somebody has to read. -->
      <xsl:if test="$many and $state != 'failed' and $state != 'warning'">
        <xsl:attribute name="class"><xsl:value-of select="concat('step unprinted ', $state)"/></xsl:attribute>
      </xsl:if>
      <xsl:attribute name="id">
        <xsl:call-template name="id">
          <xsl:with-param name="of" select="concat('revision&#10;', $system, '&#10;', $label)"/>
        </xsl:call-template>
      </xsl:attribute>
      <summary>
        <xsl:call-template name="state-sign">
          <xsl:with-param name="state" select="$state"/>
        </xsl:call-template>
        <span class="label">
          <xsl:call-template name="name">
            <xsl:with-param name="text" select="string($label)"/>
          </xsl:call-template>
        </span>
        <xsl:if test="@repeatable = 'true'">
          <span class="tag">repeatable</span>
        </xsl:if>
        <xsl:call-template name="times">
          <xsl:with-param name="system" select="$system"/>
          <xsl:with-param name="label" select="$label"/>
        </xsl:call-template>
        <xsl:if test="changes/change">
          <span class="tag">
            <xsl:call-template name="count">
              <xsl:with-param name="n" select="count(changes/change) + sum(changes/@left-out)"/>
              <xsl:with-param name="one">change</xsl:with-param>
            </xsl:call-template>
          </span>
        </xsl:if>
      </summary>
      <div class="body">
        <xsl:call-template name="step-findings">
          <xsl:with-param name="findings" select="$findings"/>
        </xsl:call-template>
        <xsl:apply-templates select="changes"/>
        <xsl:call-template name="files">
          <xsl:with-param name="caption">Files</xsl:with-param>
          <xsl:with-param name="files" select="file"/>
        </xsl:call-template>
      </div>
    </details>
  </xsl:template>

  <xsl:template name="step-findings">
    <xsl:param name="findings"/>
    <xsl:variable name="notable" select="$findings[@status != 'passed']"/>
    <xsl:variable name="n-passed" select="count($findings) - count($notable)"/>
    <xsl:if test="$notable">
      <ul class="links">
        <xsl:for-each select="$notable[position() &lt;= 50]">
          <li>
            <xsl:call-template name="badge"/>
            <xsl:text> </xsl:text>
            <xsl:call-template name="finding-link"/>
          </li>
        </xsl:for-each>
      </ul>
    </xsl:if>
    <p class="hint">
      <xsl:value-of select="concat(format-number($n-passed, '#,##0'), ' passed')"/>
      <xsl:if test="$n-passed &gt; 0">
        <xsl:text>: </xsl:text>
        <xsl:for-each select="set:distinct($findings[@status = 'passed']/@check)">
          <xsl:if test="position() &gt; 1">, </xsl:if>
          <code><xsl:value-of select="."/></code>
        </xsl:for-each>
      </xsl:if>
    </p>
  </xsl:template>

  <!-- The catalog diff of an upgrade. -->
  <xsl:template match="changes">
    <xsl:choose>
      <xsl:when test="change">
        <h4>What the upgrade changes</h4>
        <ul class="changes">
          <xsl:apply-templates select="change"/>
        </ul>
        <xsl:if test="@left-out &gt; 0">
          <p class="hint"><xsl:value-of select="concat('and ', format-number(@left-out, '#,##0'), ' more')"/></p>
        </xsl:if>
      </xsl:when>
      <xsl:otherwise>
        <p class="hint">The upgrade changes nothing in the catalog.</p>
      </xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <xsl:template match="change">
    <li class="{@kind}">
      <span class="mark" aria-hidden="true">
        <xsl:choose>
          <xsl:when test="@kind = 'added'">+</xsl:when>
          <xsl:when test="@kind = 'removed'">−</xsl:when>
          <xsl:otherwise>~</xsl:otherwise>
        </xsl:choose>
      </span>
      <span class="unseen"><xsl:value-of select="concat(@kind, ' ')"/></span>
      <xsl:call-template name="name">
        <xsl:with-param name="text" select="@object"/>
        <xsl:with-param name="most" select="300"/>
      </xsl:call-template>
      <xsl:if test="@attribute">
        <xsl:text>: </xsl:text>
        <bdi><xsl:value-of select="@attribute"/></bdi>
      </xsl:if>
      <xsl:if test="before">
        <del><span class="unseen">was </span><bdi><xsl:value-of select="before"/></bdi></del>
      </xsl:if>
      <xsl:if test="after">
        <ins><span class="unseen">is now </span><bdi><xsl:value-of select="after"/></bdi></ins>
      </xsl:if>
    </li>
  </xsl:template>

  <xsl:template name="files">
    <xsl:param name="caption"/>
    <xsl:param name="files"/>
    <xsl:if test="$files">
      <div class="scroll" tabindex="0" role="group" aria-label="{$caption}">
        <table class="files">
          <caption><xsl:value-of select="$caption"/></caption>
          <thead>
            <tr>
              <th scope="col">File</th>
              <th scope="col">Role</th>
              <th scope="col" class="n">Bytes</th>
              <th scope="col">SHA-256</th>
            </tr>
          </thead>
          <tbody>
            <xsl:for-each select="$files">
              <tr>
                <th scope="row">
                  <xsl:call-template name="name">
                    <xsl:with-param name="text" select="@path"/>
                  </xsl:call-template>
                </th>
                <td><bdi><xsl:value-of select="@role"/></bdi></td>
                <td class="n"><xsl:value-of select="format-number(@size, '#,##0')"/></td>
                <td><code class="digest"><xsl:value-of select="@sha256"/></code></td>
              </tr>
            </xsl:for-each>
          </tbody>
        </table>
      </div>
    </xsl:if>
  </xsl:template>
</xsl:stylesheet>
